// The explorer. The kernel decides; the browser shows sections as they arrive and sends events.
const PAGES = ["why", "network", "weights", "changes", "charts", "shortages", "record"];
const SECTIONS = ["words", "needs", "status", "listed", "chosen", "cards", "ranking", "marks", "weights", "page", "proposal", "notice"];
const ROWS_SEEN = 24; // candidates drawn at first: more than fit; further ones as one scrolls towards them
const NEED_ROW = 46; // pixels, the same in the style: rows far away are not drawn
const PART_COLOURS = ["#1d4e89", "#5b8ec4", "#9b5a9e", "#0b6655", "#5aa595", "#a86a00", "#d9a441", "#a4262c", "#6b7785", "#3f3f8f", "#7a8b3c"];

function render({ model, el }) {
  const root = make("section", { class: "lm-explorer" });
  const { send, move, hear } = makeSender(model, root, () => { ahead = null; if (ui) drawWeights(); }, (name, seconds) => { if (ui) drawWorking(name, seconds); });
  const get = (name) => model.get(name);
  const t = (key, values) => fillIn(get("words")[key] ?? key, values ?? {});
  let ui = null;
  const seen = {}; // parts of the page that is open
  let cursor = { needs: 0, candidates: 0 };
  let reach = ROWS_SEEN;
  let sort = { column: "", down: false };
  let took = 0; // seconds that solving took last, where it took some
  let ahead = null; // where a slider is while the kernel has not answered: candidates are ranked by it at once
  const sharesNow = () => ahead?.shares ?? get("weights").shares;

  const myName = () => get("proposal").by || shelf.get("matching-name") || "";
  const keepName = (name) => { if (name) shelf.set("matching-name", name); return name; };
  const need = () => get("chosen").id;
  const looked = () => get("ranking").looked;
  const nameOf = (id) => get("cards")[id]?.name ?? id;

  const { wish, severalAway, accept, exportPlan, undo } = actsOf({ root, get, t, send, need, looked, nameOf, myName, keepName });

  const button = (words, act, attributes = {}) => make("button", { type: "button", onclick: act, ...KEYS, ...attributes }, words);

  function build() {
    const head = {
      counts: make("div", { class: "lm-counts" }), proof: make("div", { class: "lm-proof" }), working: make("span", { class: "lm-working", "aria-hidden": "true" }),
      undo: button(t("do.undo"), undo), solve: button(t("do.solve"), () => send("solve"), { class: "lm-main" }),
      accept: button(t("do.accept_dots"), accept), export: button(t("do.export_dots"), exportPlan),
      speak: button(t("do.speak"), () => send("speak", { language: get("words").lang === "en" ? "zh" : "en" }), { lang: get("words").lang === "en" ? "zh-CN" : "en" }),
    };
    const notice = make("div", { class: "lm-notice", role: "status", "aria-live": "polite" });
    ui = { head, notice, ...buildNeeds(), ...buildCandidates(), ...buildPages() };
    seen.prefix = ui.prefix;
    seen.sliders = null;
    root.setAttribute("lang", get("words").lang);
    root.setAttribute("aria-label", t("title"));
    root.replaceChildren(
      make("header", { class: "lm-head" }, make("h2", {}, t("title")), head.counts, head.proof, head.working,
        make("div", { class: "lm-acts" }, head.undo, head.solve, head.accept, head.export, head.speak)),
      notice,
      make("div", { class: "lm-body" },
        make("section", { class: "lm-needs", "aria-label": t("needs.title") }, ui.filters, ui.needsCount, ui.needsScroll),
        make("section", { class: "lm-chosen", "aria-label": t("candidates.title") }, ui.card, ui.candidatesScroll),
        make("section", { class: "lm-below", "aria-label": t("pages.title") }, ui.tabs, ui.panel)));
    SECTIONS.filter((name) => DRAW[name]).forEach((name) => DRAW[name]());
  }

  // ---- needs
  function select(name, label, options) {
    const element = make("select", { class: "lm-input", "aria-label": label, title: label, onchange: () => send("filter", { [name]: element.value }), ...KEYS },
      ...options.map(([value, words]) => make("option", { value }, words)));
    return element;
  }
  function buildNeeds() {
    const { choices } = get("needs");
    const { lang } = get("words");
    const named = (list) => [...list].sort((a, b) => collators[lang].compare(a[0], b[0])).map(([name, count]) => [name, `${name}（${count}）`]);
    let typing = 0;
    const search = make("input", { type: "search", class: "lm-input", placeholder: t("needs.search"), "aria-label": t("needs.search"), autocomplete: "off", ...KEYS, oninput: () => {
      clearTimeout(typing);
      typing = setTimeout(() => send("filter", { search: search.value }), 120);
    } });
    const filters = {
      search,
      community: select("community", t("needs.community"), [["", t("needs.all_communities")], ...named(choices.communities)]),
      skill: select("skill", t("needs.skill"), [["", t("needs.all_skills")], ...named(choices.skills)]),
      urgency: select("urgency", t("needs.urgency"), [["", t("needs.all_urgencies")], ...choices.urgencies.map(([value, words, count]) => [value, `${words}（${count}）`])]),
      order: select("order", t("needs.order"), ["unmet", "urgency", "register"].map((each) => [each, t(`needs.by_${each}`)])),
    };
    const needsBody = make("tbody");
    const above = make("tr", { class: "lm-gap", "aria-hidden": "true" }, make("td", { colspan: "2" }));
    const below = make("tr", { class: "lm-gap", "aria-hidden": "true" }, make("td", { colspan: "2" }));
    const needsTable = make("table", { "aria-label": t("needs.title") },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("needs.status")), make("th", { scope: "col" }, t("needs.need")))), needsBody);
    const needsScroll = make("div", { class: "lm-scroll" }, needsTable);
    needsScroll.addEventListener("scroll", () => drawNeeds(), { passive: true });
    walkRows(needsBody, (at) => goToNeed(at));
    return {
      filterInputs: filters, needsBody, above, below, needsTable, needsScroll, needsRows: new Map(),
      filters: make("div", { class: "lm-filters", role: "search", "aria-label": t("needs.filters") }, ...Object.values(filters)),
      needsCount: make("p", { class: "lm-quiet lm-count", role: "status" }),
    };
  }
  function clearFilters() {
    ui.filterInputs.search.focus();
    ui.filterInputs.search.value = "";
    send("filter", { search: "", community: "", skill: "", urgency: "" });
  }
  function goToNeed(at) {
    const order = get("listed").rows;
    if (!order.length) return;
    cursor.needs = Math.min(Math.max(at, 0), order.length - 1);
    const top = cursor.needs * NEED_ROW;
    const seen = ui.needsScroll.clientHeight - 30;
    if (top < ui.needsScroll.scrollTop) ui.needsScroll.scrollTop = top;
    if (top + NEED_ROW > ui.needsScroll.scrollTop + seen) ui.needsScroll.scrollTop = top + NEED_ROW - seen;
    drawNeeds();
    ui.needsRows.get(order[cursor.needs])?.querySelector(".lm-row").focus();
  }
  function needRow(index) {
    const [id, text] = get("needs").rows[index];
    const row = make("tr", {}, make("td", { class: "lm-state" }),
      make("td", {}, make("button", { type: "button", class: "lm-row", onclick: () => send("choose", { need: id }), ...KEYS },
        make("span", { class: "lm-line" }, make("b", {}, id), " ", spoken(text)), make("span", { class: "lm-line lm-quiet" }))));
    return row;
  }
  function drawNeeds() {
    const order = get("listed").rows;
    const { rows } = get("needs");
    const { status, placed, urgent } = get("status");
    const height = ui.needsScroll.clientHeight || 400;
    const first = Math.max(0, Math.floor(ui.needsScroll.scrollTop / NEED_ROW) - 4);
    const last = Math.min(order.length, first + Math.ceil(height / NEED_ROW) + 8);
    const kept = new Map();
    for (let at = first; at < last; at += 1) {
      const index = order[at];
      const row = ui.needsRows.get(index) ?? needRow(index);
      const [id, , community, urgency, urgencyWords, least] = rows[index];
      const state = status[index];
      const isUrgent = urgent.includes(id);
      write(row, "data-at", at);
      write(row, "aria-rowindex", at + 2);
      write(row, "data-state", state);
      row.classList.toggle("lm-on", id === need());
      const key = `${state}|${placed[index]}|${isUrgent}`;
      if (row.dataset.key !== key) {
        row.dataset.key = key;
        row.cells[0].replaceChildren(make("span", { class: `lm-badge lm-${state}` }, t(`status.${state}`)));
        row.querySelector(".lm-quiet").replaceChildren(
          make("span", { class: `lm-urgency lm-${isUrgent ? "urgent" : urgency}` }, isUrgent ? t("needs.now_urgent") : urgencyWords), " ", spoken(community), " ",
          make("span", {}, t("needs.heads", { placed: placed[index], wanted: least })));
      }
      const press = row.querySelector(".lm-row");
      write(press, "aria-current", id === need());
      put(press, "tabIndex", at === cursor.needs || (at === first && (cursor.needs < first || cursor.needs >= last)) ? 0 : -1);
      kept.set(index, row);
    }
    ui.needsRows = kept;
    ui.needsTable.setAttribute("aria-rowcount", order.length + 1);
    ui.above.firstChild.style.height = `${first * NEED_ROW}px`;
    ui.below.firstChild.style.height = `${(order.length - last) * NEED_ROW}px`;
    const wanted = [ui.above, ...kept.values(), ui.below];
    wanted.forEach((row, at) => { if (ui.needsBody.children[at] !== row) ui.needsBody.insertBefore(row, ui.needsBody.children[at] ?? null); });
    while (ui.needsBody.children.length > wanted.length) ui.needsBody.lastChild.remove();
  }
  function drawListed() {
    const { rows, filters, people } = get("listed");
    const isFiltered = ["search", "community", "skill", "urgency"].some((name) => filters[name]);
    ui.needsCount.replaceChildren(t("needs.shown", { shown: rows.length, all: get("needs").rows.length }), ...(isFiltered ? [" ", button(t("needs.clear"), clearFilters, { class: "lm-link" })] : []),
      ...(people ?? []).map((words) => make("span", { class: "lm-hint" }, make("bdi", {}, words))));
    for (const [name, input] of Object.entries(ui.filterInputs)) {
      if (document.activeElement !== input || input.tagName === "SELECT") input.value = filters[name];
    }
    ui.needsScroll.scrollTop = Math.min(ui.needsScroll.scrollTop, rows.length * NEED_ROW);
    cursor.needs = Math.min(cursor.needs, Math.max(rows.length - 1, 0));
    drawNeeds();
  }

  // ---- the chosen need and its candidates
  const COLUMNS = ["partner", "score", "marks", "reason", "place", "load", "licence"];
  function buildCandidates() {
    const heads = COLUMNS.map((name) => {
      const head = make("th", { scope: "col", class: `lm-c-${name}`, "aria-sort": name === "score" ? "descending" : "none" });
      head.append(button(t(`column.${name}`), () => {
        sort = { column: name, down: sort.column === name ? !sort.down : name === "score" };
        heads.forEach((each) => each.setAttribute("aria-sort", each === head ? (sort.down ? "descending" : "ascending") : "none"));
        drawCandidates();
      }, { class: "lm-sort" }));
      return head;
    });
    const candidatesBody = make("tbody");
    walkRows(candidatesBody, (at) => goToCandidate(at));
    const candidatesTable = make("table", { "aria-label": t("candidates.title") }, make("thead", {}, make("tr", {}, ...heads)), candidatesBody);
    const candidatesScroll = make("div", { class: "lm-scroll" }, candidatesTable);
    candidatesScroll.addEventListener("scroll", () => {
      const { scrollTop, clientHeight, scrollHeight } = candidatesScroll;
      if (scrollTop + 2 * clientHeight > scrollHeight && reach < get("ranking").order.length) { reach += ROWS_SEEN; drawCandidates(Boolean(ahead)); }
    }, { passive: true });
    const blocked = make("input", { type: "checkbox", onchange: () => send("blocked", { isOn: blocked.checked }), ...KEYS });
    return {
      blocked, candidatesBody, candidateRows: new Map(), card: make("div", { class: "lm-card" }),
      candidatesTable, candidatesScroll,
    };
  }
  function drawCard() {
    const card = get("chosen");
    if (!card.id) { ui.cardSays = ""; ui.card.replaceChildren(make("p", { class: "lm-quiet" }, t("candidates.none"))); return; }
    const { eligible, blocked } = get("ranking");
    const says = JSON.stringify([card, eligible, blocked]);
    ui.blocked.checked = get("ranking").withBlocked;
    if (ui.cardSays === says) return;
    ui.cardSays = says;
    ui.card.replaceChildren(
      make("div", { class: "lm-title" }, make("h3", {}, make("b", {}, card.id), " ", spoken(card.text, { title: card.text })),
        make("span", { class: `lm-badge lm-${card.status}` }, t("candidates.status", { status: t(`status.${card.status}`), placed: card.placed })),
        card.isUrgent
          ? button(t("do.not_urgent"), () => send("release", { action: "urgent", need: card.id }), { class: "lm-small" })
          : button(t("do.urgent_dots"), () => wish("urgent"), { class: "lm-small" })),
      make("p", { class: "lm-quiet lm-facts" }, ...card.facts.filter(Boolean).map((fact) => spoken(fact)),
        make("label", { class: "lm-tick" }, ui.blocked, t("candidates.blocked", { count: blocked })),
        make("span", {}, t("candidates.eligible", { count: eligible }))),
      card.why && make("p", { class: "lm-why-unmet" }, card.why) || "");
  }
  function candidateRow(id) {
    const card = get("cards")[id];
    const cells = {
      partner: make("td", {}, make("button", { type: "button", class: "lm-row", onclick: () => send("look", { partner: id }), ...KEYS },
        make("span", { class: `lm-kind lm-${card.kind}`, title: card.kindWords, "aria-label": card.kindWords, role: "img" }), spoken(card.name, { title: `${card.name} ${id} ${card.kindWords}` }))),
      score: make("td", { class: "lm-c-score" }, make("span", { class: "lm-figure" }), make("span", { class: "lm-bar" })),
      marks: make("td"), reason: make("td", {}, spoken(card.blocked || card.reason)), place: make("td", {}, spoken(card.place)),
      load: make("td", { class: "lm-quiet" }), licence: make("td", {}, spoken(card.licence || "—")),
    };
    const row = make("tr", { class: card.blocked ? "lm-out" : null }, ...COLUMNS.map((name) => cells[name]));
    row.cells_ = cells;
    cells.score.addEventListener("pointerenter", () => { cells.score.title = partsOf(id); });
    return row;
  }
  function partsOf(id) {
    const { values, unknown } = get("cards")[id];
    const { titles } = get("weights");
    const shares = sharesNow();
    return titles.map((title, k) => `${title} ${(shares[k] * values[k]).toFixed(3)}${unknown[k] ? t("candidates.unknown") : ""}`).join("\n");
  }
  function barOf(values, shares) {
    let reached = 0;
    const stops = [];
    values.forEach((value, k) => {
      const end = reached + value * shares[k] * 100;
      if (end > reached) stops.push(`${PART_COLOURS[k % PART_COLOURS.length]} ${reached.toFixed(1)}% ${end.toFixed(1)}%`);
      reached = end;
    });
    return `linear-gradient(90deg, ${stops.join(", ")}, #e4e9ee ${reached.toFixed(1)}%)`;
  }
  function sortKey(id, score) {
    const card = get("cards")[id];
    const [marks, needs, hours] = get("marks")[id] ?? [[], 0, 0];
    return { score, partner: card.name, reason: card.reason, place: card.place, licence: card.licence, marks: marks.map((m) => t(`mark.${m}`)).join(), load: needs * 1000 + hours }[sort.column];
  }
  function ordered() {
    const { order, scores } = get("ranking");
    const cards = get("cards");
    let rows = order.map((id, at) => [id, scores[at]]).filter(([id]) => cards[id]);
    if (ahead) {
      rows = rows.map(([id]) => [id, Math.min(1, cards[id].values.reduce((sum, value, k) => sum + value * ahead.shares[k], 0))]);
      rows.sort((a, b) => Boolean(cards[a[0]].blocked) - Boolean(cards[b[0]].blocked) || b[1] - a[1]);
    }
    if (!sort.column) return rows;
    const { compare } = collators[get("words").lang];
    const by = (a, b) => (typeof a === "number" ? a - b : compare(a, b));
    return rows.map((row) => [sortKey(...row), row]).sort((a, b) => by(a[0], b[0]) * (sort.down ? -1 : 1)).map(([, row]) => row);
  }
  // While a slider moves, the browser's own ranking stands; the kernel's last answer takes its place.
  function drawCandidates(isMoving = false) {
    if (ahead && !isMoving) return;
    const all = ordered();
    const rows = all.slice(0, reach);
    const { looked: at } = get("ranking");
    const shares = sharesNow();
    const cards = get("cards");
    const kept = new Map();
    cursor.candidates = Math.min(cursor.candidates, Math.max(all.length - 1, 0));
    rows.forEach(([id, score], place) => {
      let row = ui.candidateRows.get(id);
      if (!row || row.card_ !== cards[id]) { row = candidateRow(id); row.card_ = cards[id]; }
      const cells = row.cells_;
      write(row, "data-at", place);
      write(row, "aria-rowindex", place + 2);
      write(row, "data-id", id);
      const figure = score.toFixed(3);
      if (cells.score.firstChild.textContent !== figure || row.shares_ !== shares) {
        cells.score.firstChild.textContent = figure;
        cells.score.lastChild.style.background = barOf(cards[id].values, shares);
        row.shares_ = shares;
      }
      row.classList.toggle("lm-on", id === at);
      const press = row.querySelector(".lm-row");
      write(press, "aria-current", id === at);
      put(press, "tabIndex", place === cursor.candidates ? 0 : -1);
      kept.set(id, row);
      if (ui.candidatesBody.children[place] !== row) ui.candidatesBody.insertBefore(row, ui.candidatesBody.children[place] ?? null);
    });
    write(ui.candidatesTable, "aria-rowcount", all.length + 1);
    while (ui.candidatesBody.children.length > rows.length) ui.candidatesBody.lastChild.remove();
    ui.candidateRows = kept;
    drawMarks();
  }
  function drawMarks() {
    const marks = get("marks");
    for (const [id, row] of ui.candidateRows) {
      const [said, needs, hours, reviewed] = marks[id] ?? [[], 0, 0, []];
      const [most, mostHours] = get("cards")[id]?.most ?? [0, 0];
      const key = `${said.join()}|${needs}|${hours}|${reviewed.join()}`;
      if (row.marks_ === key) continue;
      row.marks_ = key;
      row.cells_.marks.title = [...said.map((mark) => t(`tip.${mark}`)), ...reviewed].join("\n"); // the column is narrow
      row.cells_.marks.replaceChildren(...said.map((mark) => make("span", { class: `lm-mark lm-m-${mark}` }, t(`mark.${mark}`))));
      row.cells_.load.textContent = t("candidates.load", { needs, most, hours, mostHours });
    }
  }
  function moveAhead(k, value) {
    const stand = [...(ahead?.stand ?? get("weights").stand)];
    stand[k] = value;
    const total = stand.reduce((sum, each) => sum + each, 0);
    if (!total) return;
    ahead = { stand, shares: stand.map((each) => each / total) };
    drawWeights(true);
  }
  function goToCandidate(at) {
    if (at >= reach) { reach = get("ranking").order.length; drawCandidates(Boolean(ahead)); }
    const rows = [...ui.candidatesBody.children];
    if (!rows.length) return;
    cursor.candidates = Math.min(Math.max(at, 0), rows.length - 1);
    rows.forEach((row, place) => { row.querySelector(".lm-row").tabIndex = place === cursor.candidates ? 0 : -1; });
    const press = rows[cursor.candidates].querySelector(".lm-row");
    press.focus();
    rows[cursor.candidates].scrollIntoView({ block: "nearest" });
  }

  // ---- pages
  function buildPages() {
    const prefix = `lm-${Math.random().toString(36).slice(2, 8)}`;
    const buttons = new Map(PAGES.map((page) => [page, button(t(`page.${page}`), () => send("page", { page }), { role: "tab", id: `${prefix}-${page}`, "aria-controls": `${prefix}-panel` })]));
    const tabs = make("div", { class: "lm-tabs", role: "tablist", "aria-label": t("pages.title") }, ...buttons.values());
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const next = PAGES[(PAGES.indexOf(get("page").page) + step + PAGES.length) % PAGES.length];
      send("page", { page: next });
      buttons.get(next).focus();
    });
    return { tabs, pageButtons: buttons, panel: make("div", { class: "lm-panel", role: "tabpanel", id: `${prefix}-panel`, tabindex: "0", ...KEYS }), prefix };
  }
  function drawPage() {
    const page = get("page");
    for (const [name, each] of ui.pageButtons) {
      each.setAttribute("aria-selected", String(name === page.page));
      each.tabIndex = name === page.page ? 0 : -1;
    }
    ui.pageButtons.get("changes").textContent = t("page.changes") + (get("proposal").wishes ? `（${get("proposal").wishes}）` : "");
    ui.panel.setAttribute("aria-labelledby", `${ui.prefix}-${page.page}`);
    if (page.page === "weights" && ui.panel.dataset.page === "weights" && seen.sliders) { drawWeights(); return; }
    ui.panel.dataset.page = page.page;
    seen.sliders = null;
    ui.panel.replaceChildren(...pages[page.page](page).filter(Boolean));
    ui.panel.scrollTop = 0;
  }
  const pages = pagesOf({ get, t, send, move, need, button, wish, severalAway, moveAhead, drawWeights: () => drawWeights(), seen });
  function drawWeights(isMoving = false) {
    drawCandidates(isMoving);
    if (!seen.sliders) return;
    const { presets, objective } = get("weights");
    const stand = ahead?.stand ?? get("weights").stand;
    const shares = sharesNow();
    seen.sliders.forEach(({ input, output }, k) => {
      if (document.activeElement !== input || Math.abs(Number(input.value) - stand[k]) > 0.2) put(input, "value", String(stand[k]));
      const share = `${(shares[k] * 100).toFixed(0)}%`;
      if (output.textContent === share) return;
      output.textContent = share;
      input.setAttribute("aria-valuetext", share);
    });
    seen.fair.checked = objective === "fair";
    if (seen.presets.children.length !== presets.length) seen.presets.replaceChildren(...presets.map(([name, words]) => button(words, () => { send("preset", { preset: name }); if (seen.live.checked) send("solve"); }, { class: "lm-small" })));
    presets.forEach(([, , isOn], k) => seen.presets.children[k].setAttribute("aria-pressed", String(isOn)));
  }

  // ---- head
  function drawProposal() {
    const p = get("proposal");
    ui.head.counts.replaceChildren(...["met", "partial", "unmet"].map((each) => make("span", { class: `lm-tile lm-${each}` }, make("b", {}, String(p.counts[each])), ` ${t(`status.${each}`)}`)));
    ui.head.proof.textContent = p.isBehind ? t("head.behind") : t(p.isProved ? "head.proved" : "head.proof", { people: p.people, score: p.score, gap: p.gap });
    ui.head.proof.classList.toggle("lm-behind", p.isBehind);
    ui.head.proof.title = t("head.plan", { plan: p.id, day: p.asOf });
    ui.head.undo.disabled = !p.undo;
    ui.head.undo.title = p.undo ? t("head.undo", { step: p.undo }) : t("head.nothing");
    ui.head.undo.setAttribute("aria-label", p.undo ? t("head.undo", { step: p.undo }) : t("do.undo"));
    ui.head.solve.classList.toggle("lm-behind", p.isBehind);
    ui.head.solve.title = t(p.isBehind ? "head.behind" : "head.current") + (took ? ` · ${t("head.took", { seconds: took })}` : "");
    ui.head.accept.disabled = !p.hasStore || p.isBehind || !p.toAccept;
    ui.head.accept.title = t(!p.hasStore ? "head.no_store" : p.isBehind ? "head.behind" : "head.accept", { count: p.toAccept });
    root.toggleAttribute("data-behind", p.isBehind);
  }
  // what takes longer than a second counts its seconds; the button says how long it took last
  function drawWorking(name, seconds) {
    put(ui.head.working, "textContent", seconds ? t("head.working", { what: t(name === "solve" ? "do.solve" : "head.answer"), seconds }) : "");
    if (name === "solve" && seconds) took = seconds;
  }
  function drawNotice() {
    const { kind, words } = get("notice");
    ui.notice.dataset.kind = kind;
    ui.notice.replaceChildren(...(words ? [make("bdi", {}, words), kind === "stale" ? button(t("do.refresh"), () => send("refresh"), { class: "lm-small" }) : kind === "accepted" ? button(t("do.export_dots"), exportPlan, { class: "lm-small" }) : "",
      button("×", () => ui.notice.replaceChildren(), { class: "lm-close", "aria-label": t("do.close") })] : []));
  }

  const DRAW = {
    listed: drawListed, status: drawNeeds, chosen: () => { drawCard(); drawNeeds(); }, cards: () => drawCandidates(),
    ranking: () => { drawCard(); drawCandidates(); }, marks: drawMarks, weights: () => drawWeights(), page: drawPage, proposal: drawProposal, notice: drawNotice,
  };
  // sections that arrive together are drawn together: one frame, each part once
  let dirty = new Set();
  const changed = (name) => () => {
    if (!dirty.size) queueMicrotask(() => {
      const names = dirty;
      dirty = new Set();
      if (names.has("words") || names.has("needs")) { sort = { column: "", down: false }; build(); return; }
      if (names.has("cards") && names.has("chosen")) { cursor.candidates = 0; reach = ROWS_SEEN; ui.candidatesScroll.scrollTop = 0; }
      if (names.has("ranking") || names.has("weights")) names.delete("cards"); // they draw the rows too
      const jobs = new Set(SECTIONS.filter((each) => names.has(each)).map((each) => DRAW[each]));
      jobs.forEach((job) => job?.());
    });
    dirty.add(name);
  };
  const watched = SECTIONS.map((name) => [`change:${name}`, changed(name)]);
  watched.forEach(([name, act]) => model.on(name, act));
  const heard = (message, buffers) => {
    hear(message);
    if (message.kind === "file") download(message.name, buffers[0]);
  };
  model.on("msg:custom", heard);
  build();
  el.append(root);
  const resized = new ResizeObserver(() => drawNeeds());
  resized.observe(root);
  send("open", { desk: deskName() });
  return () => {
    resized.disconnect();
    watched.forEach(([name, act]) => model.off(name, act));
    model.off("msg:custom", heard);
  };
}

export default { render };
