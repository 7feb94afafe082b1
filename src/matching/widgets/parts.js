// Parts that widgets share. Every word arrives as text and is set as text; nothing is fetched.
const KEYS = { "data-lm-suppress-shortcuts": "true" };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

// Writes an attribute, or a property, only where it says something else: a browser works out styles again for any that is written.
function write(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}
function put(element, name, value) {
  if (element[name] !== value) element[name] = value;
}

function fillIn(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// Words of people: a line of its own direction, cut short by the style, the whole of it in the tooltip.
function spoken(text, attributes = {}) {
  return make("bdi", { class: "lm-cut", title: text.length > 8 ? text : null, ...attributes }, text);
}

const SHAPES = new Set(["svg", "g", "path", "rect", "line", "circle", "text", "tspan", "title", "desc", "polygon", "polyline"]);
const LOOKS = new Set(["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "d", "width", "height", "viewBox", "fill", "stroke",
  "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-size", "font-weight", "font-family", "text-anchor", "points",
  "transform", "role", "rx", "ry", "stroke-linecap", "stroke-linejoin"]);

// A picture made in Python: shapes and their looks, and nothing else whatever it holds.
function picture(svg) {
  const holder = make("div", { class: "lm-picture" });
  const read = new DOMParser().parseFromString(svg, "image/svg+xml");
  const root = read.documentElement;
  if (root.nodeName !== "svg") return holder;
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (!SHAPES.has(element.nodeName)) element.remove();
    else for (const { name } of [...element.attributes]) if (!LOOKS.has(name) && name !== "xmlns") element.removeAttribute(name);
  }
  const [title, desc] = ["title", "desc"].map((name) => root.querySelector(`:scope > ${name}`)?.textContent ?? "");
  root.setAttribute("aria-label", [title, desc].filter(Boolean).join(" "));
  root.querySelector(":scope > title")?.remove(); // a tooltip over the whole picture would cover those of its parts
  holder.append(document.importNode(root, true));
  return holder;
}

// Rows of a table are walked through with the arrows: one of them is in the order of the Tab key.
function walkRows(body, goTo) {
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest("tr");
    if (!row || !event.target.classList.contains("lm-row")) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(Number(row.dataset.at) + step);
  });
}

const collators = { "zh-CN": new Intl.Collator("zh-Hans-CN", { numeric: true }), en: new Intl.Collator("en", { numeric: true }) };

// A table of words: one real <table>, sorted by its heads.
function wordTable({ label, columns, rows, lang, choose, wide = [] }) {
  const body = make("tbody");
  let sorted = -1;
  let down = false;
  const draw = () => {
    const order = rows.map((_, at) => at);
    if (sorted >= 0) order.sort((a, b) => collators[lang].compare(rows[a][sorted], rows[b][sorted]) * (down ? -1 : 1));
    body.replaceChildren(...order.map((at) => make("tr", {}, ...rows[at].map((cell, column) => {
      const words = make("bdi", {}, cell);
      const go = choose && choose(column, cell);
      return make("td", { class: wide.includes(column) ? "lm-wide" : null }, go ? make("button", { type: "button", class: "lm-link", onclick: go, ...KEYS }, words) : words);
    }))));
  };
  const heads = columns.map((name, column) => {
    const head = make("th", { scope: "col", "aria-sort": "none" });
    head.append(make("button", { type: "button", class: "lm-sort", ...KEYS, onclick: () => {
      down = sorted === column && !down;
      sorted = column;
      heads.forEach((each) => each.setAttribute("aria-sort", each === head ? (down ? "descending" : "ascending") : "none"));
      draw();
    } }, name));
    return head;
  });
  draw();
  return make("table", { class: "lm-table", "aria-label": label }, make("thead", {}, make("tr", {}, ...heads)), body);
}

// Asks for a few words before something is done. Resolves to what was typed, or to null. What is missing is said in `missing`, not in the
// browser's own language; where there are boxes to tick, one of them must be.
function ask(root, { title, intro, fields, yes, no, missing = "" }) {
  return new Promise((resolve) => {
    const number = Math.random().toString(36).slice(2, 8);
    const inputs = fields.map((field, at) => make("input", {
      id: `lm-ask-${number}-${at}`, class: "lm-input", type: field.type || "text", value: field.value ?? "", required: field.required,
      maxlength: field.most ?? "200", autocomplete: "off", ...KEYS, ...(field.type === "checkbox" ? { maxlength: null } : {}),
    }));
    fields.forEach((field, at) => { if (field.type === "checkbox") inputs[at].checked = field.value === true; });
    const boxes = inputs.filter((input) => input.type === "checkbox");
    const check = () => {
      inputs.forEach((input) => input.setCustomValidity(input.required && !input.value.trim() ? missing : ""));
      if (boxes.length) boxes[0].setCustomValidity(boxes.some((box) => box.checked) ? "" : missing);
    };
    const rows = fields.map((field, at) => (field.type === "checkbox"
      ? make("label", { class: "lm-tick", for: inputs[at].id }, inputs[at], field.label)
      : make("div", { class: "lm-asked" }, make("label", { for: inputs[at].id }, field.label), inputs[at],
        ...(field.choices ? [make("div", { class: "lm-quick" }, ...field.choices.map((choice) => make("button", { type: "button", ...KEYS, onclick: () => { inputs[at].value = choice; check(); inputs[at].focus(); } }, choice)))] : []))));
    const form = make("form", { method: "dialog" }, make("h3", { id: `lm-ask-${number}` }, title), intro && make("p", { class: "lm-intro" }, intro), ...rows,
      make("div", { class: "lm-buttons" }, make("button", { type: "submit", class: "lm-main", value: "yes", ...KEYS }, yes),
        make("button", { type: "submit", value: "no", formnovalidate: true, ...KEYS }, no)));
    const dialog = make("dialog", { class: "lm-dialog", "aria-labelledby": `lm-ask-${number}` }, form);
    form.addEventListener("input", check);
    check();
    const before = document.activeElement;
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.addEventListener("close", () => {
      const said = dialog.returnValue === "yes" ? Object.fromEntries(fields.map((f, at) => [f.name, f.type === "checkbox" ? inputs[at].checked : inputs[at].value.trim()])) : null;
      dialog.remove();
      if (before && before.isConnected) before.focus();
      resolve(said);
    });
    root.append(dialog);
    dialog.showModal();
    (inputs[0] ?? dialog.querySelector("button")).focus();
  });
}

function download(name, content) {
  const address = URL.createObjectURL(new Blob([content]));
  const link = make("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const shelf = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* a closed shelf keeps nothing */ } },
};
