// The pages below the candidates: each a function from its section to what stands in the panel.
function pagesOf({ get, t, send, move, need, button, wish, severalAway, moveAhead, drawWeights, seen }) {
  const quiet = (words) => make("p", { class: "lm-quiet" }, words);
  return {
    why(page) {
      if (!page.partner) return [quiet(t("why.none"))];
      const said = get("marks")[page.partner]?.[0] ?? [];
      const toggle = (action, on) => (on
        ? button(t(`do.release_${action}`), () => send("release", { action, need: action === "absent" ? "" : need(), partner: page.partner }), { class: "lm-small lm-pressed" })
        : button(t(`do.${action}_dots`), () => wish(action), { class: "lm-small", disabled: action === "pin" && page.isBlocked }));
      return [
        make("div", { class: "lm-title" }, make("h3", {}, spoken(page.name), " ", make("small", {}, `${page.kind} ${page.partner}`)),
          toggle("pin", said.includes("pin")), toggle("forbid", said.includes("forbid")), toggle("absent", said.includes("absent"))),
        make("p", {}, make("bdi", {}, page.sentence)),
        page.isPlaced && make("p", { class: "lm-ok" }, t("why.placed")),
        page.conflicts.length > 0 && make("ul", { class: "lm-conflicts", "aria-label": t("why.conflicts") }, ...page.conflicts.map(([isHard, words]) =>
          make("li", { class: isHard ? "lm-hard" : "lm-soft" }, make("b", {}, t(isHard ? "why.hard" : "why.soft")), " ", make("bdi", {}, words)))),
        page.reviewed.length > 0 && make("ul", { class: "lm-reviewed", "aria-label": t("why.reviewed") }, ...page.reviewed.map((words) =>
          make("li", { class: "lm-quiet" }, make("b", {}, t("why.reviewed")), " ", make("bdi", {}, words)))),
        !page.isPlaced && !page.conflicts.length && make("p", { class: "lm-ok" }, t("why.free")),
        page.price && make("p", {}, make("b", {}, t("why.price")), " ", make("bdi", {}, page.price)),
        page.canPrice && button(t("why.ask_price"), () => send("price"), { class: "lm-small" }),
        picture(page.svg),
      ];
    },
    network(page) { return page.svg ? [picture(page.svg)] : [quiet(t("candidates.none"))]; },
    weights() {
      const { names, titles } = get("weights");
      seen.sliders = names.map((name, k) => {
        const input = make("input", { type: "range", min: "0", max: "1", step: "0.01", id: `${seen.prefix}-w-${name}`, ...KEYS,
          oninput: () => { moveAhead(k, Number(input.value)); move({ part: name, value: Number(input.value), isMoving: true }); },
          onchange: () => { send("weight", { part: name, value: Number(input.value) }); if (seen.live.checked) send("solve"); } });
        const output = make("output", { for: input.id });
        return { input, output, row: make("div", { class: "lm-slider" }, make("span", { class: "lm-swatch", style: `background:${PART_COLOURS[k % PART_COLOURS.length]}` }),
          make("label", { for: input.id }, titles[k]), input, output) };
      });
      seen.presets = make("div", { class: "lm-presets", role: "group", "aria-label": t("weights.presets") });
      seen.live = make("input", { type: "checkbox", id: `${seen.prefix}-live`, ...KEYS });
      seen.fair = make("input", { type: "checkbox", id: `${seen.prefix}-fair`, onchange: () => send("objective", { objective: seen.fair.checked ? "fair" : "total" }), ...KEYS });
      drawWeights();
      return [seen.presets, make("div", { class: "lm-sliders" }, ...seen.sliders.map((each) => each.row)),
        make("p", { class: "lm-options" }, make("label", { class: "lm-tick" }, seen.live, t("weights.live")), make("label", { class: "lm-tick" }, seen.fair, t("weights.fair"))), quiet(t("weights.note"))];
    },
    changes(page) {
      const list = page.wishes.map((each) => make("li", {}, make("span", { class: `lm-mark lm-m-${each.action}` }, each.words), " ", make("bdi", {}, each.about),
        make("span", { class: "lm-quiet" }, " ", make("bdi", {}, [each.reason, each.by].filter(Boolean).join(" · "))), " ",
        button(t("do.release"), () => send("release", { action: each.action, need: each.need, partner: each.partner }), { class: "lm-small", "aria-label": `${t("do.release")} ${each.words} ${each.about}` })));
      return [
        make("div", { class: "lm-title" }, make("h3", {}, t("changes.wishes")), button(t("do.several_dots"), severalAway, { class: "lm-small" })), list.length ? make("ul", { class: "lm-wishes" }, ...list) : quiet(t("changes.no_wishes")),
        make("h3", {}, t("changes.title")), make("p", {}, page.headline || t("changes.none")),
        page.told.length > 0 && make("ul", { class: "lm-told" }, ...page.told.map(([kind, id, about, words]) => make("li", { class: `lm-told-${kind}` },
          button(about, () => send("choose", { need: id }), { class: "lm-link" }), " ", make("bdi", {}, words)))),
        page.rows.length > 0 && wordTable({ label: t("changes.title"), columns: page.columns, rows: page.rows, lang: get("words").lang, wide: [3, 4] }),
        ...page.warnings.map((words) => make("p", { class: "lm-hard" }, make("bdi", {}, words))),
      ];
    },
    charts(page) { return [make("h3", {}, t("charts.coverage")), picture(page.svg), make("h3", {}, t("charts.load")), picture(page.load)]; },
    shortages(page) { return page.rows.length ? [wordTable({ label: t("page.shortages"), columns: page.columns, rows: page.rows, lang: get("words").lang, wide: [4] })] : [quiet(t("shortages.none"))]; },
    record(page) {
      if (!page.rows.length) return [quiet(t("record.none"))];
      const known = new Set(get("needs").rows.map(([id]) => id));
      const choose = (column, cell) => column === 1 && known.has(cell) && (() => send("choose", { need: cell }));
      return [quiet(t("record.note")), wordTable({ label: t("page.record"), columns: page.columns, rows: page.rows, lang: get("words").lang, choose, wide: [2, 5] }),
        page.more > 0 && quiet(t("record.more", { count: page.more }))];
    },
  };
}
