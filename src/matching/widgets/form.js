// An entry form. The kernel decides what is right and what is saved; the browser shows it and keeps the draft, so that
// neither a restarted kernel nor a reloaded page loses what was typed. All words arrive as text and are set as text.
const DAYS_KEPT = 14;
const ISO = { date: /^\d{4}-\d{2}-\d{2}$/, moment: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/ };
const INPUT = { date: "date", moment: "datetime-local" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}
const KEYS = { "data-lm-suppress-shortcuts": "true" };

// Each control has the element to place, the one to focus, and a way to read and to set its text.
function plain(field, id, changed, label) {
  const tag = field.control === "long" ? "textarea" : "input";
  const input = make(tag, {
    id, class: "lm-input", "aria-label": label, autocomplete: "off", rows: tag === "textarea" ? "2" : null,
    inputmode: field.control === "number" ? "decimal" : field.control === "phone" ? "tel" : null, oninput: changed, ...KEYS,
  });
  const set = (text) => {
    const type = INPUT[field.control];
    if (type) input.type = text === "" || ISO[field.control].test(text) ? type : "text";
    if (input.value !== text) input.value = text;
  };
  set("");
  return { element: input, focus: input, get: () => input.value, set, lock: (on) => { input.readOnly = on; } };
}

function choice(field, id, changed, label, words) {
  const select = make("select", { id, class: "lm-input", "aria-label": label, onchange: changed, ...KEYS },
    make("option", { value: "" }, words.choose));
  for (const [value, text] of field.options) select.append(make("option", { value }, text));
  const set = (text) => {
    if (text && ![...select.options].some((option) => option.value === text)) select.append(make("option", { value: text }, text));
    select.value = text;
  };
  return { element: select, focus: select, get: () => select.value, set, lock: (on) => { select.disabled = on; } };
}

function pick(field, id, changed, label, words, lists) {
  const control = plain(field, id, changed, label);
  control.element.setAttribute("list", lists.get(field.name));
  control.element.setAttribute("role", "combobox");
  control.element.setAttribute("aria-expanded", "false");
  return control;
}

function checks(field, id, changed, label) {
  const boxes = field.options.map(([value, text], at) => {
    const box = make("input", { type: "checkbox", id: `${id}-${at}`, value, onchange: changed, ...KEYS });
    return { box, element: make("label", { class: "lm-check", for: `${id}-${at}` }, box, text) };
  });
  const element = make("div", { id, role: "group", "aria-label": label, class: "lm-checks" }, ...boxes.map((b) => b.element));
  return {
    element, focus: boxes.length ? boxes[0].box : element,
    get: () => boxes.filter((b) => b.box.checked).map((b) => b.box.value).join("、"),
    set: (text) => { const on = text.split("、"); boxes.forEach((b) => { b.box.checked = on.includes(b.box.value); }); },
    lock: (on) => boxes.forEach((b) => { b.box.disabled = on; }),
  };
}

function tokens(field, id, changed, label, words) {
  let items = [];
  const list = make("span", { class: "lm-chips" });
  const input = make("input", { id, class: "lm-input", "aria-label": label, autocomplete: "off", ...KEYS });
  const draw = () => list.replaceChildren(...items.map((item, at) => make("span", { class: "lm-chip" }, item,
    make("button", { type: "button", "aria-label": `${words.remove} ${item}`, ...KEYS,
      onclick: () => { items.splice(at, 1); draw(); input.focus(); changed(); } }, "×"))));
  const take = () => {
    const more = input.value.split(/[、,，;；]/).map((part) => part.trim()).filter(Boolean);
    if (!more.length) return;
    items = [...new Set([...items, ...more])];
    input.value = "";
    draw();
    changed();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); event.stopPropagation(); take(); }
    if (event.key === "Backspace" && !input.value && items.length) { items.pop(); draw(); changed(); }
  });
  input.addEventListener("blur", take);
  const get = () => [...items, ...[input.value.trim()].filter(Boolean)].join("、");
  return {
    element: make("div", { class: "lm-tokens" }, list, input), focus: input, get,
    set: (text) => { if (text !== get()) { items = text.split("、").filter(Boolean); input.value = ""; draw(); } },
    lock: (on) => { input.readOnly = on; list.querySelectorAll("button").forEach((b) => { b.disabled = on; }); },
  };
}

const CONTROLS = { choice, checks, tokens, pick };

function readDraft(place) {
  try {
    const draft = JSON.parse(localStorage.getItem(place) || "null");
    return draft && Date.now() - draft.at < DAYS_KEPT * 864e5 ? draft : null;
  } catch { return null; }
}
function keepDraft(place, draft) {
  try { localStorage.setItem(place, JSON.stringify({ ...draft, at: Date.now() })); } catch { /* a full or closed shelf */ }
}
function dropDraft(place) {
  try { localStorage.removeItem(place); } catch { /* likewise */ }
}

function render({ model, el }) {
  const form = model.get("form");
  const { words } = form;
  const place = `matching-form:${form.name}`;
  const prefix = `lm-form-${Math.random().toString(36).slice(2, 10)}`; // each widget loads this file anew
  const controls = new Map(); // "row\u0000field" -> control
  const faults = new Map();
  const lists = new Map();
  let typing = 0;
  let waiting = 0;
  let restored = false;

  const root = make("section", { class: "lm-form", lang: form.lang, "aria-label": form.title });
  const status = make("p", { class: "lm-status", role: "status" });

  const texts = () => {
    const all = { shared: {}, rows: {} };
    for (const [key, { field, control }] of controls) {
      const [row, name] = key.split("\u0000");
      if (row) (all.rows[row] ??= {})[name] = control.get();
      else all.shared[name] = control.get();
    }
    return all;
  };
  const kept = () => {
    const all = texts();
    const open = (values, fields) => Object.fromEntries(fields.filter((f) => f.kept && f.name in values).map((f) => [f.name, values[f.name]]));
    return {
      token: model.get("view").token, shared: open(all.shared, form.fields),
      rows: Object.fromEntries(Object.entries(all.rows).map(([row, values]) => [row, open(values, form.rowFields)])),
    };
  };
  const send = (kind) => model.send({ kind, token: model.get("view").token, ...texts() });
  const changed = () => {
    if (model.get("view").phase === "saved") return;
    keepDraft(place, kept());
    clearTimeout(typing);
    typing = setTimeout(() => { typing = 0; send("type"); }, 200);
  };
  const save = () => {
    if (waiting || model.get("view").phase !== "draft") return;
    clearTimeout(typing);
    typing = 0;
    keepDraft(place, kept());
    saveButton.disabled = true;
    status.textContent = words.saving;
    waiting = setTimeout(() => { waiting = 0; saveButton.disabled = false; status.textContent = words.no_answer; root.dataset.phase = "refused"; }, 8000);
    send("save");
  };

  const saveButton = make("button", { type: "button", class: "lm-main", onclick: save, ...KEYS }, words.save);
  const againButton = make("button", { type: "button", class: "lm-main", onclick: () => { dropDraft(place); model.send({ kind: "again" }); }, ...KEYS }, words.again);
  const renewButton = make("button", { type: "button", onclick: () => model.send({ kind: "renew" }), ...KEYS }, words.renew);
  const clearButton = make("button", { type: "button", onclick: () => { dropDraft(place); model.send({ kind: "again" }); }, ...KEYS }, words.discard);

  function build(field, row, label) {
    const id = `${prefix}-${controls.size}`;
    const control = (CONTROLS[field.control] ?? plain)(field, id, changed, row ? label : null, words, lists);
    const fault = make("span", { class: "lm-fault", id: `${id}-fault` });
    const hint = !row && field.hint ? make("span", { class: "lm-hint", id: `${id}-hint` }, field.hint) : null;
    control.focus.setAttribute("aria-describedby", `${id}-fault${hint ? ` ${id}-hint` : ""}`);
    if (field.required) control.focus.setAttribute("aria-required", "true");
    controls.set(`${row}\u0000${field.name}`, { field, control });
    faults.set(`${row}\u0000${field.name}`, fault);
    return { id, control, fault, hint };
  }
  function drawField(field) {
    const { id, control, fault, hint } = build(field, "", field.label);
    const label = make("label", { for: control.focus.id || id }, field.label);
    if (field.required) label.append(make("span", { class: "lm-required" }, ` ${words.required}`));
    if (field.control === "checks") control.element.setAttribute("aria-label", field.label);
    return make("div", { class: `lm-field lm-${field.control}` }, label, control.element, ...(hint ? [hint] : []), fault);
  }
  function drawSheet() {
    const head = make("tr", {}, make("th", { scope: "col" }, words.person), ...form.rowFields.map((f) => make("th", { scope: "col" }, f.label)));
    const body = form.rows.map((row) => make("tr", {}, make("th", { scope: "row" }, row.title), ...form.rowFields.map((field) => {
      const { control, fault } = build(field, row.name, `${row.title} ${field.label}`);
      return make("td", {}, control.element, fault);
    })));
    const table = make("table", {}, make("caption", {}, form.title), make("thead", {}, head), make("tbody", {}, ...body));
    table.addEventListener("keydown", (event) => {
      const down = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
      if (!down || event.isComposing || event.target.tagName === "SELECT" || event.ctrlKey) return;
      const cell = event.target.closest("td");
      const next = cell?.parentElement[down > 0 ? "nextElementSibling" : "previousElementSibling"]?.cells[cell.cellIndex];
      const input = next?.querySelector("input, select, textarea");
      if (input) { event.preventDefault(); input.focus(); }
    });
    return make("div", { class: "lm-sheet", tabindex: "0", role: "group", "aria-label": form.title, ...KEYS }, table);
  }

  for (const field of [...form.fields, ...form.rowFields].filter((f) => f.control === "pick")) {
    const id = `${prefix}-list-${field.name}`;
    lists.set(field.name, id);
    root.append(make("datalist", { id }, ...field.options.map(([, text]) => make("option", { value: text }))));
  }
  root.append(make("h3", {}, form.title));
  root.append(make("div", { class: "lm-fields" }, ...form.fields.map(drawField)));
  if (form.rowFields.length) root.append(drawSheet());
  root.append(make("div", { class: "lm-buttons" }, saveButton, againButton, renewButton, clearButton), status);
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key === "s")) { event.preventDefault(); event.stopPropagation(); save(); }
  });

  const show = () => {
    const view = model.get("view");
    const answered = waiting !== 0;
    clearTimeout(waiting);
    waiting = 0;
    root.dataset.phase = view.phase;
    root.dataset.token = view.token;
    if (!typing) {
      for (const [key, { control }] of controls) {
        const [row, name] = key.split("\u0000");
        control.set((row ? view.rows[row]?.[name] : view.shared[name]) ?? "");
      }
    }
    const said = new Map(view.problems.map((problem) => [`${problem.row}\u0000${problem.field}`, problem]));
    let first = null;
    for (const [key, { control }] of controls) {
      const problem = said.get(key);
      const fault = faults.get(key);
      fault.textContent = problem ? problem.words : "";
      fault.classList.toggle("lm-stops", Boolean(problem?.stops));
      control.focus.setAttribute("aria-invalid", String(Boolean(problem?.stops)));
      control.lock(view.phase !== "draft");
      if (problem?.stops && !first) first = control.focus;
    }
    status.textContent = (restored && view.phase === "draft" ? words.restored : "") + view.status;
    saveButton.disabled = view.phase !== "draft";
    saveButton.hidden = view.phase !== "draft";
    againButton.hidden = view.phase !== "saved";
    renewButton.hidden = view.phase !== "conflict";
    clearButton.hidden = view.phase === "saved";
    if (view.phase === "saved") { dropDraft(place); restored = false; if (answered) againButton.focus(); }
    if (answered && first) first.focus();
  };
  model.on("change:view", show);
  el.append(root);
  show();
  const draft = readDraft(place);
  if (draft && model.get("view").phase === "draft") {
    restored = true;
    model.send({ kind: "restore", token: draft.token, shared: draft.shared, rows: draft.rows });
  }
  return () => model.off("change:view", show);
}

export default { render };
