// A board: blocks that Python describes and this draws. Words are set as text; pictures are SVG that Python made inert.
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

function render({ model, el }) {
  const prefix = `lm-desk-${Math.random().toString(36).slice(2, 10)}`;
  const first = model.get("page").blocks.find((block) => block.kind === "heading");  // a page holds several boards
  const root = make("section", { class: "lm-desk", lang: model.get("page").lang, "aria-label": first?.text ?? model.get("page").title });
  const send = (name, value) => model.send({ do: name, value: value ?? "", inputs: inputs() });
  const inputs = () => Object.fromEntries([...root.querySelectorAll("[data-input]")].map((each) => [each.dataset.input, each.value]));
  let place = 0;

  const draw = {
    heading: (b) => make("h3", {}, b.text),
    text: (b) => make("p", { class: b.tone ? `lm-${b.tone}` : null }, b.text),
    status: (b) => make("p", { class: b.tone ? `lm-status lm-${b.tone}` : "lm-status", role: "status" }, b.text),
    svg: (b) => {
      const box = make("div", { class: "lm-picture", tabindex: "0", role: "group", "aria-label": b.label, ...KEYS });
      box.innerHTML = b.svg;
      return box;
    },
    table: (b) => make("div", { class: "lm-table", tabindex: "0", role: "group", "aria-label": b.label, ...KEYS },
      make("table", {}, make("caption", {}, b.label), make("thead", {}, make("tr", {}, ...b.head.map((h) => make("th", { scope: "col" }, h)))),
        make("tbody", {}, ...b.rows.map((row) => make("tr", { class: row.mark ? "lm-marked" : null }, ...row.cells.map((cell) => make("td", { class: cell.length <= 14 ? "lm-short" : null }, cell))))))),
    row: (b) => make("div", { class: "lm-row" }, ...b.blocks.map((each) => draw[each.kind](each))),
    choice: (b) => {
      const id = `${prefix}-${(place += 1)}`;
      const select = make("select", { id, class: "lm-input", onchange: (event) => send(b.name, event.target.value), ...KEYS },
        ...b.options.map(([value, text]) => make("option", { value, selected: value === b.value }, text)));
      return make("div", { class: "lm-field" }, make("label", { for: id }, b.label), select);
    },
    input: (b) => {
      const id = `${prefix}-${(place += 1)}`;
      const input = make("input", { id, class: "lm-input", autocomplete: "off", "data-input": b.name, ...KEYS });
      input.value = b.value;
      return make("div", { class: "lm-field" }, make("label", { for: id }, b.label), input);
    },
    button: (b) => make("button", { type: "button", class: b.main ? "lm-main" : null, disabled: b.off, "data-do": b.name, onclick: (event) => { event.target.disabled = true; send(b.name, b.value); }, ...KEYS }, b.text),
  };

  const show = () => {
    const focused = document.activeElement && root.contains(document.activeElement)
      ? [...root.querySelectorAll("select,input,button,[tabindex]")].indexOf(document.activeElement) : -1;
    place = 0;
    root.replaceChildren(...model.get("page").blocks.map((block) => draw[block.kind](block)));
    if (focused >= 0) [...root.querySelectorAll("select,input,button,[tabindex]")][focused]?.focus({ preventScroll: true });
  };
  model.on("change:page", show);
  el.append(root);
  show();
  return () => model.off("change:page", show);
}

export default { render };
