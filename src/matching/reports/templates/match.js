"use strict";
(() => {
  const controls = document.querySelector(".controls");
  const table = document.querySelector(".matches");
  const groups = [...table.tBodies];
  const [search, place, status, order] = ["search", "place", "status", "order"].map((name) => controls.querySelector(`[name=${name}]`));
  const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
  const texts = groups.map((group) => [...group.querySelectorAll(".find")].map((cell) => cell.textContent).join(" ").toLowerCase());
  const keys = {
    given: () => 0,
    urgency: (a, b) => a.dataset.urgency - b.dataset.urgency,
    score: (a, b) => b.dataset.score - a.dataset.score,
    place: (a, b) => collator.compare(a.dataset.place, b.dataset.place),
  };
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    groups.forEach((group, at) => {
      const fits = words.every((word) => texts[at].includes(word));
      group.hidden = !(fits && (!place.value || group.dataset.place === place.value) && (!status.value || group.dataset.status === status.value));
      count += !group.hidden;
    });
    controls.querySelector("output").value = controls.dataset.count.replace("#", count);
  };
  const sort = () => table.append(...[...groups].sort(keys[order.value]));
  controls.addEventListener("input", (event) => (event.target === order ? sort() : show()));
  controls.hidden = false;
  show();
  addEventListener("beforeprint", () => document.querySelectorAll(".panel:not(.more)").forEach((panel) => { panel.open = true; }));
})();
