// What asks first: wishes, absences, accepting, exporting, undoing. Each opens a small form and sends what was said.
function actsOf({ root, get, t, send, need, looked, nameOf, myName, keepName }) {
  async function wish(action) {
    const about = action === "urgent" ? `${need()} ${get("chosen").text}` : `${nameOf(looked())} ${looked()}`;
    const said = await ask(root, {
      title: t(`ask.${action}`), intro: about.slice(0, 120), yes: t(`do.${action}`), no: t("do.cancel"), missing: t("ask.missing"),
      fields: [
        { name: "reason", label: t(action === "forbid" ? "ask.reason_required" : "ask.reason"), required: action === "forbid", choices: t(`ask.reasons_${action}`).split("、") },
        { name: "by", label: t("ask.by"), value: myName() },
      ],
    });
    if (said) send("wish", { action, need: need() ?? "", partner: looked() ?? "", by: keepName(said.by), reason: said.reason });
  }
  async function severalAway() {
    const said = await ask(root, {
      title: t("ask.several"), intro: t("ask.several_intro"), yes: t("do.absent"), no: t("do.cancel"), missing: t("ask.missing"),
      fields: [
        { name: "who", label: t("ask.who"), required: true, most: "4000" },
        { name: "reason", label: t("ask.reason"), choices: t("ask.reasons_absent").split("、") },
        { name: "by", label: t("ask.by"), value: myName() },
      ],
    });
    if (said) send("absent", { who: said.who, by: keepName(said.by), reason: said.reason });
  }
  async function accept() {
    const said = await ask(root, {
      title: t("ask.accept"), intro: t("ask.accept_intro", { count: get("proposal").toAccept, plan: get("proposal").id }), yes: t("do.accept"), no: t("do.cancel"), missing: t("ask.missing"),
      fields: [{ name: "by", label: t("ask.by_required"), value: myName(), required: true }, { name: "reason", label: t("ask.reason") }],
    });
    if (said) send("accept", { by: keepName(said.by), reason: said.reason });
  }
  async function exportPlan() {
    const phones = get("proposal").hasStore ? [{ name: "phonesFor", label: t("ask.phones"), value: "" }] : [];
    const said = await ask(root, {
      title: t("ask.export"), intro: t("ask.export_intro"), yes: t("do.export"), no: t("do.cancel"), missing: t("ask.missing_file"),
      fields: [{ name: "xlsx", type: "checkbox", value: true, label: t("ask.xlsx") }, { name: "html", type: "checkbox", label: t("ask.html") }, ...phones],
    });
    if (!said) return;
    for (const format of ["xlsx", "html"]) if (said[format]) send("export", { format, phonesFor: said.phonesFor ?? "" });
  }
  async function undo() {
    const isAccepted = get("proposal").undoKind === "accept";
    if (!isAccepted) { send("undo"); return; }
    const said = await ask(root, {
      title: t("ask.undo_accept"), intro: t("ask.undo_accept_intro"), yes: t("do.undo_accept"), no: t("do.cancel"), missing: t("ask.missing"),
      fields: [{ name: "by", label: t("ask.by_required"), value: myName(), required: true }],
    });
    if (said) send("undo", { by: keepName(said.by) });
  }
  return { wish, severalAway, accept, exportPlan, undo };
}
