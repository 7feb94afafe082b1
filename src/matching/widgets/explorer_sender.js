// What the explorer says to its kernel: one slider move at a time, the last one always.
const ASKED_EVERY = 250; // milliseconds between two moves that are sent while a slider is dragged
const RESTS_AFTER = 120;
const COUNTED_AFTER = 1000; // an answer that takes longer counts its seconds

function deskName() {
  const known = shelf.get("matching-desk");
  if (known) return known;
  const fresh = `desk-${[...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("")}`;
  shelf.set("matching-desk", fresh);
  return shelf.get("matching-desk") === fresh ? fresh : "";
}

function makeSender(model, root, caughtUp, working = () => {}) {
  let number = 0;
  let flying = null; // the slider move that is on its way; those after it wait, and only the last is sent
  let waiting = null;
  let late = 0; // the answer is drawn once the hand rests
  let sentAt = 0;
  const open = new Set();
  const settle = () => {
    root.dataset.pending = String(open.size + (late ? 1 : 0));
    if (!open.size) root.removeAttribute("data-busy");
  };
  const count = (own, name) => {
    let seconds = COUNTED_AFTER / 1000;
    working(name, seconds);
    const ticking = setInterval(() => {
      seconds += 1;
      if (!open.has(own)) clearInterval(ticking);
      working(name, open.has(own) ? seconds : 0);
    }, 1000);
  };
  const send = (name, values = {}) => {
    number += 1;
    const own = number;
    open.add(own);
    settle();
    model.send({ name, values, number });
    setTimeout(() => { if (open.has(own)) root.setAttribute("data-busy", ""); }, 150);
    setTimeout(() => { if (open.has(own)) count(own, name); }, COUNTED_AFTER);
    return number;
  };
  const move = (values) => {
    if (flying) { waiting = values; return; }
    clearTimeout(late);
    late = 0;
    sentAt = performance.now();
    flying = send("weight", values);
  };
  // the browser ranks by itself meanwhile: the kernel is asked as often as it can be of use, and always for the last move
  const next = () => {
    const values = waiting;
    waiting = null;
    flying = null;
    if (values) move(values);
  };
  const hear = (message) => {
    if (message.kind !== "done") return;
    open.delete(message.number);
    if (message.number === flying) {
      if (waiting) {
        late = setTimeout(() => { late = 0; next(); settle(); }, Math.max(0, ASKED_EVERY - (performance.now() - sentAt)));
      } else {
        flying = null;
        late = setTimeout(() => { late = 0; caughtUp(); settle(); }, RESTS_AFTER);
      }
    }
    settle();
  };
  return { send, move, hear };
}
