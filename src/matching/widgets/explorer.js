// The explorer. The kernel decides; the browser shows sections as they arrive and sends events.
const PAGES = ["why", "network", "weights", "changes", "charts", "shortages", "record"];
const SECTIONS = ["words", "needs", "status", "listed", "chosen", "cards", "ranking", "marks", "weights", "page", "proposal", "notice"];
const ROWS_SEEN = 24; // candidates drawn while a slider moves: more than fit
const NEED_ROW = 46; // pixels, the same in the style: rows far away are not drawn
const PART_COLOURS = ["#1d4e89", "#5b8ec4", "#9b5a9e", "#0b6655", "#5aa595", "#a86a00", "#d9a441", "#a4262c", "#6b7785", "#3f3f8f", "#7a8b3c"];

function deskName() {
  const known = shelf.get("matching-desk");
  if (known) return known;
  const fresh = `desk-${[...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
  shelf.set("matching-desk", fresh);
  return shelf.get("matching-desk") === fresh ? fresh : "";
}

function makeSender(model, root, caughtUp) {
  let number = 0;
  let flying = null; // the slider move that is on its way; those after it wait, and only the last is sent
  let waiting = null;
  let late = 0; // all rows are drawn once the hand rests
  const open = new Set();
  const settle = () => {
    root.dataset.pending = String(open.size + (late ? 1 : 0));
    if (!open.size) root.removeAttribute("data-busy");
  };
  const send = (name, values = {}) => {
    number += 1;
    const own = number;
    open.add(own);
    settle();
    model.send({ name, values, number });
    setTimeout(() => { if (open.has(own)) root.setAttribute("data-busy", ""); }, 150);
    return number;
  };
  const move = (values) => {
    clearTimeout(late);
    late = 0;
    if (flying) { waiting = values; return; }
    flying = send("weight", values);
  };
  const hear = (message) => {
    if (message.kind !== "done") return;
    open.delete(message.number);
    if (message.number === flying) {
      flying = null;
      if (waiting) { const next = waiting; waiting = null; move(next); } else late = setTimeout(() => { late = 0; caughtUp(); settle(); }, 150);
    }
    settle();
  };
  return { send, move, hear };
}

function render({ model, el }) {
  const root = make("section", { class: "lm-explorer" });
  const { send, move, hear } = makeSender(model, root, () => { ahead = null; if (ui) drawWeights(); });
  const get = (name) => model.get(name);
  const t = (key, values) => fillIn(get("words")[key] ?? key, values ?? {});
  let ui = null;
  let cursor = { needs: 0, candidates: 0 };
  let sort = { column: "", down: false };
  let ahead = null; // where a slider is while the kernel has not answered: candidates are ranked by it at once
  const sharesNow = () => ahead?.shares ?? get("weights").shares;

  const myName = () => get("proposal").by || shelf.get("matching-name") || "";
  const keepName = (name) => { if (name) shelf.set("matching-name", name); return name; };
  const need = () => get("chosen").id;
  const looked = () => get("ranking").looked;
  const nameOf = (id) => get("cards")[id]?.name ?? id;

  async function wish(action) {
    const about = action === "urgent" ? `${need()} ${get("chosen").text}` : `${nameOf(looked())} ${looked()}`;
    const said = await ask(root, {
      title: t(`ask.${action}`), intro: about.slice(0, 120), yes: t(`do.${action}`), no: t("do.cancel"),
      fields: [
        { name: "reason", label: t(action === "forbid" ? "ask.reason_required" : "ask.reason"), required: action === "forbid", choices: t(`ask.reasons_${action}`).split("、") },
        { name: "by", label: t("ask.by"), value: myName() },
      ],
    });
    if (said) send("wish", { action, need: need() ?? "", partner: looked() ?? "", by: keepName(said.by), reason: said.reason });
  }
  async function accept() {
    const said = await ask(root, {
      title: t("ask.accept"), intro: t("ask.accept_intro", { count: get("proposal").toAccept, plan: get("proposal").id }), yes: t("do.accept"), no: t("do.cancel"),
      fields: [{ name: "by", label: t("ask.by_required"), value: myName(), required: true }, { name: "reason", label: t("ask.reason") }],
    });
    if (said) send("accept", { by: keepName(said.by), reason: said.reason });
  }
  async function exportPlan() {
    const phones = get("proposal").hasStore ? [{ name: "phonesFor", label: t("ask.phones"), value: "" }] : [];
    const said = await ask(root, {
      title: t("ask.export"), intro: t("ask.export_intro"), yes: t("do.export"), no: t("do.cancel"),
      fields: [{ name: "xlsx", type: "checkbox", label: t("ask.xlsx") }, { name: "html", type: "checkbox", label: t("ask.html") }, ...phones],
    });
    if (!said) return;
    for (const format of ["xlsx", "html"]) if (said[format]) send("export", { format, phonesFor: said.phonesFor ?? "" });
  }
  async function undo() {
    const isAccepted = get("proposal").undoKind === "accept";
    if (!isAccepted) { send("undo"); return; }
    const said = await ask(root, {
      title: t("ask.undo_accept"), intro: t("ask.undo_accept_intro"), yes: t("do.undo_accept"), no: t("do.cancel"),
      fields: [{ name: "by", label: t("ask.by_required"), value: myName(), required: true }],
    });
    if (said) send("undo", { by: keepName(said.by) });
  }

  const button = (words, act, attributes = {}) => make("button", { type: "button", onclick: act, ...KEYS, ...attributes }, words);

  function build() {
    const head = {
      counts: make("div", { class: "lm-counts" }), proof: make("div", { class: "lm-proof" }),
      undo: button(t("do.undo"), undo), solve: button(t("do.solve"), () => send("solve"), { class: "lm-main" }),
      accept: button(t("do.accept_dots"), accept), export: button(t("do.export_dots"), exportPlan),
      speak: button(t("do.speak"), () => send("speak", { language: get("words").lang === "en" ? "zh" : "en" }), { lang: get("words").lang === "en" ? "zh-CN" : "en" }),
    };
    const notice = make("div", { class: "lm-notice", role: "status", "aria-live": "polite" });
    ui = { head, notice, ...buildNeeds(), ...buildCandidates(), ...buildPages() };
    root.setAttribute("lang", get("words").lang);
    root.setAttribute("aria-label", t("title"));
    root.replaceChildren(
      make("header", { class: "lm-head" }, make("h2", {}, t("title")), head.counts, head.proof,
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
      row.dataset.at = at;
      row.setAttribute("aria-rowindex", at + 2);
      row.dataset.state = state;
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
      press.setAttribute("aria-current", String(id === need()));
      press.tabIndex = at === cursor.needs || (at === first && (cursor.needs < first || cursor.needs >= last)) ? 0 : -1;
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
    const { rows, filters } = get("listed");
    ui.needsCount.textContent = t("needs.shown", { shown: rows.length, all: get("needs").rows.length });
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
    const blocked = make("input", { type: "checkbox", onchange: () => send("blocked", { isOn: blocked.checked }), ...KEYS });
    return {
      blocked, candidatesBody, candidateRows: new Map(), card: make("div", { class: "lm-card" }),
      candidatesScroll: make("div", { class: "lm-scroll" }, make("table", { "aria-label": t("candidates.title") }, make("thead", {}, make("tr", {}, ...heads)), candidatesBody)),
    };
  }
  function drawCard() {
    const card = get("chosen");
    if (!card.id) { ui.card.replaceChildren(make("p", { class: "lm-quiet" }, t("candidates.none"))); return; }
    const { eligible, blocked } = get("ranking");
    ui.blocked.checked = get("ranking").withBlocked;
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
  // While a slider moves, the rows that can be seen are drawn; the kernel's last answer draws all.
  function drawCandidates(isMoving = false) {
    if (ahead && !isMoving) return;
    const all = ordered();
    const rows = isMoving ? all.slice(0, ROWS_SEEN) : all;
    const { looked: at } = get("ranking");
    const shares = sharesNow();
    const cards = get("cards");
    const kept = new Map();
    cursor.candidates = Math.min(cursor.candidates, Math.max(all.length - 1, 0));
    rows.forEach(([id, score], place) => {
      let row = ui.candidateRows.get(id);
      if (!row || row.card_ !== cards[id]) { row = candidateRow(id); row.card_ = cards[id]; }
      const cells = row.cells_;
      row.dataset.at = place;
      row.dataset.id = id;
      const figure = score.toFixed(3);
      if (cells.score.firstChild.textContent !== figure || row.shares_ !== shares) {
        cells.score.firstChild.textContent = figure;
        cells.score.lastChild.style.background = barOf(cards[id].values, shares);
        row.shares_ = shares;
      }
      row.classList.toggle("lm-on", id === at);
      const press = row.querySelector(".lm-row");
      press.setAttribute("aria-current", String(id === at));
      press.tabIndex = place === cursor.candidates ? 0 : -1;
      kept.set(id, row);
      if (ui.candidatesBody.children[place] !== row) ui.candidatesBody.insertBefore(row, ui.candidatesBody.children[place] ?? null);
    });
    if (isMoving) return;
    while (ui.candidatesBody.children.length > rows.length) ui.candidatesBody.lastChild.remove();
    ui.candidateRows = kept;
    drawMarks();
  }
  function drawMarks() {
    const marks = get("marks");
    for (const [id, row] of ui.candidateRows) {
      const [said, needs, hours] = marks[id] ?? [[], 0, 0];
      const [most, mostHours] = get("cards")[id]?.most ?? [0, 0];
      const key = `${said.join()}|${needs}|${hours}`;
      if (row.marks_ === key) continue;
      row.marks_ = key;
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
    if (page.page === "weights" && ui.panel.dataset.page === "weights" && ui.sliders) { drawWeights(); return; }
    ui.panel.dataset.page = page.page;
    ui.sliders = null;
    ui.panel.replaceChildren(...PAGE[page.page](page).filter(Boolean));
    ui.panel.scrollTop = 0;
  }
  const quiet = (words) => make("p", { class: "lm-quiet" }, words);
  const PAGE = {
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
        !page.isPlaced && !page.conflicts.length && make("p", { class: "lm-ok" }, t("why.free")),
        page.price && make("p", {}, make("b", {}, t("why.price")), " ", make("bdi", {}, page.price)),
        page.canPrice && button(t("why.ask_price"), () => send("price"), { class: "lm-small" }),
        picture(page.svg),
      ];
    },
    network(page) { return page.svg ? [picture(page.svg)] : [quiet(t("candidates.none"))]; },
    weights() {
      const { names, titles } = get("weights");
      ui.sliders = names.map((name, k) => {
        const input = make("input", { type: "range", min: "0", max: "1", step: "0.01", id: `${ui.prefix}-w-${name}`, ...KEYS,
          oninput: () => { moveAhead(k, Number(input.value)); move({ part: name, value: Number(input.value), isMoving: true }); },
          onchange: () => { send("weight", { part: name, value: Number(input.value) }); if (ui.live.checked) send("solve"); } });
        const output = make("output", { for: input.id });
        return { input, output, row: make("div", { class: "lm-slider" }, make("span", { class: "lm-swatch", style: `background:${PART_COLOURS[k % PART_COLOURS.length]}` }),
          make("label", { for: input.id }, titles[k]), input, output) };
      });
      ui.presets = make("div", { class: "lm-presets", role: "group", "aria-label": t("weights.presets") });
      ui.live = make("input", { type: "checkbox", id: `${ui.prefix}-live`, ...KEYS });
      ui.fair = make("input", { type: "checkbox", id: `${ui.prefix}-fair`, onchange: () => send("objective", { objective: ui.fair.checked ? "fair" : "total" }), ...KEYS });
      drawWeights();
      return [ui.presets, make("div", { class: "lm-sliders" }, ...ui.sliders.map((each) => each.row)),
        make("p", { class: "lm-options" }, make("label", { class: "lm-tick" }, ui.live, t("weights.live")), make("label", { class: "lm-tick" }, ui.fair, t("weights.fair"))), quiet(t("weights.note"))];
    },
    changes(page) {
      const list = page.wishes.map((each) => make("li", {}, make("span", { class: `lm-mark lm-m-${each.action}` }, each.words), " ", make("bdi", {}, each.about),
        make("span", { class: "lm-quiet" }, " ", make("bdi", {}, [each.reason, each.by].filter(Boolean).join(" · "))), " ",
        button(t("do.release"), () => send("release", { action: each.action, need: each.need, partner: each.partner }), { class: "lm-small", "aria-label": `${t("do.release")} ${each.words} ${each.about}` })));
      return [
        make("h3", {}, t("changes.wishes")), list.length ? make("ul", { class: "lm-wishes" }, ...list) : quiet(t("changes.no_wishes")),
        make("h3", {}, t("changes.title")), make("p", {}, page.headline || t("changes.none")),
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
  function drawWeights(isMoving = false) {
    drawCandidates(isMoving);
    if (!ui.sliders) return;
    const { presets, objective } = get("weights");
    const stand = ahead?.stand ?? get("weights").stand;
    const shares = sharesNow();
    ui.sliders.forEach(({ input, output }, k) => {
      if (document.activeElement !== input || Math.abs(Number(input.value) - stand[k]) > 0.2) input.value = stand[k];
      output.textContent = `${(shares[k] * 100).toFixed(0)}%`;
      input.setAttribute("aria-valuetext", output.textContent);
    });
    ui.fair.checked = objective === "fair";
    if (ui.presets.children.length !== presets.length) ui.presets.replaceChildren(...presets.map(([name, words]) => button(words, () => { send("preset", { preset: name }); if (ui.live.checked) send("solve"); }, { class: "lm-small" })));
    presets.forEach(([, , isOn], k) => ui.presets.children[k].setAttribute("aria-pressed", String(isOn)));
  }

  // ---- head
  function drawProposal() {
    const p = get("proposal");
    ui.head.counts.replaceChildren(...["met", "partial", "unmet"].map((each) => make("span", { class: `lm-tile lm-${each}` }, make("b", {}, String(p.counts[each])), ` ${t(`status.${each}`)}`)));
    ui.head.proof.textContent = p.isBehind ? t("head.behind") : t("head.proof", { people: p.people, score: p.score, gap: p.gap });
    ui.head.proof.classList.toggle("lm-behind", p.isBehind);
    ui.head.proof.title = t("head.plan", { plan: p.id, day: p.asOf });
    ui.head.undo.disabled = !p.undo;
    ui.head.undo.title = p.undo ? t("head.undo", { step: p.undo }) : t("head.nothing");
    ui.head.undo.setAttribute("aria-label", p.undo ? t("head.undo", { step: p.undo }) : t("do.undo"));
    ui.head.solve.classList.toggle("lm-behind", p.isBehind);
    ui.head.solve.title = t(p.isBehind ? "head.behind" : "head.current");
    ui.head.accept.disabled = !p.hasStore || p.isBehind || !p.toAccept;
    ui.head.accept.title = t(!p.hasStore ? "head.no_store" : p.isBehind ? "head.behind" : "head.accept", { count: p.toAccept });
    root.toggleAttribute("data-behind", p.isBehind);
  }
  function drawNotice() {
    const { kind, words } = get("notice");
    ui.notice.dataset.kind = kind;
    ui.notice.replaceChildren(...(words ? [make("bdi", {}, words), kind === "stale" ? button(t("do.refresh"), () => send("refresh"), { class: "lm-small" }) : "",
      button("×", () => ui.notice.replaceChildren(), { class: "lm-close", "aria-label": t("do.close") })] : []));
  }

  const DRAW = {
    listed: drawListed, status: drawNeeds, chosen: () => { drawCard(); drawNeeds(); }, cards: () => drawCandidates(),
    ranking: () => { drawCard(); drawNeeds(); drawCandidates(); }, marks: drawMarks, weights: () => drawWeights(), page: drawPage, proposal: drawProposal, notice: drawNotice,
  };
  // sections that arrive together are drawn together: one frame, each part once
  let dirty = new Set();
  const changed = (name) => () => {
    if (!dirty.size) queueMicrotask(() => {
      const names = dirty;
      dirty = new Set();
      if (names.has("words") || names.has("needs")) { sort = { column: "", down: false }; build(); return; }
      if (names.has("cards") && names.has("chosen")) { cursor.candidates = 0; ui.candidatesScroll.scrollTop = 0; }
      if (names.has("ranking") || names.has("weights")) names.delete("cards"); // they draw the rows too
      if (names.has("ranking")) names.delete("chosen");
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
