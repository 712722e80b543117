// The desk by keyboard, and a decision that is never lost. Every page works without this.
"use strict";
(function () {
  const form = document.getElementById("decide");
  const desk = document.querySelector(".desk");
  const caseId = desk && desk.dataset.case;
  const boxes = () => Array.from(document.querySelectorAll("#decide input[name=items]"));
  const links = () => Array.from(document.querySelectorAll("[data-row] th a"));

  // --- selection

  function count() {
    const chosen = boxes().filter((box) => box.checked).length;
    const shown = form && form.querySelector("[data-count]");
    if (shown) shown.textContent = [shown.dataset.none, shown.dataset.one][chosen] || shown.dataset.many.replace("#", String(chosen));
    const all = form && form.querySelector("[data-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && !all.checked;
    }
  }

  function chooseAll(checked) {
    for (const box of boxes()) box.checked = checked;
  }

  // --- the item in hand

  function currentLink() {
    return document.querySelector("[data-row] a[aria-current]") || links()[0];
  }

  function mark(itemId) {
    for (const link of links()) {
      if (link.closest("[data-row]").dataset.row === itemId) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function move(step) {
    const all = links();
    const next = all[all.indexOf(currentLink()) + step];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    next.click();
  }

  // --- outcome and reason

  function fits(option, outcome) {
    const start = { accepted: "C-", rejected: "R-" }[outcome];
    return !option.value || !start || option.value.startsWith(start);
  }

  function offerReasons() {
    const outcome = form.elements.outcome.value;
    const ground = form.elements.ground;
    for (const option of ground.options) option.hidden = option.disabled = !fits(option, outcome) || (outcome === "ask" && option.value !== "");
    if (ground.selectedOptions[0] && ground.selectedOptions[0].disabled) ground.value = "";
    if (outcome === "accepted" && !ground.value) ground.value = ground.dataset.usual || "";
    if (outcome === "rejected" && !ground.value) ground.value = ground.dataset.usualRejected || "";
    ground.disabled = outcome === "ask";
  }

  function decideAs(outcome) {
    form.elements.outcome.value = outcome;
    form.elements.outcome.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements[outcome === "rejected" ? "ground" : "text"].focus();
  }

  // --- what was begun stays, also when the page is left for another item; page.js forgets it when its writer leaves

  const writer = document.querySelector("meta[name=reader]")?.content || "";
  const place = `desk:${writer}:${caseId}`;

  const KEPT = ["outcome", "ground", "text", "missing_proof", "rest_outcome", "rest_ground", "rest_text", "rest_missing_proof"];

  function keep(sent) {
    const begun = {
      sent,
      ...Object.fromEntries(KEPT.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value])),
      items: boxes().filter((box) => box.checked).map((box) => box.value),
    };
    try { sessionStorage.setItem(place, JSON.stringify(begun)); } catch { /* it stays on the page */ }
  }

  // What was sent is forgotten once a page says that it was done; after a lost answer it is still there.
  function forgetWhatIsDone() {
    if (!document.querySelector(".note.ok")) return;
    try {
      for (const name of Object.keys(sessionStorage)) {
        if (name.startsWith("desk:") && JSON.parse(sessionStorage.getItem(name)).sent) sessionStorage.removeItem(name);
      }
    } catch { /* nothing was kept */ }
  }

  function restore() {
    const untouched = !form.elements.text.value && !form.elements.outcome.value;
    let begun = null;
    try { begun = JSON.parse(sessionStorage.getItem(place)); } catch { /* nothing was kept */ }
    if (!begun || !untouched) return;
    for (const name of KEPT) if (form.elements[name] && begun[name] !== undefined) form.elements[name].value = begun[name];
    for (const box of boxes()) box.checked = box.checked || begun.items.includes(box.value);
  }

  // --- the preview follows what is typed

  let waiting = 0;
  function previewSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const { outcome, ground, text } = form.elements;
      const ready = text.value.trim() && outcome.value && (ground.value || outcome.value === "ask") && boxes().some((box) => box.checked);
      if (ready && window.htmx) window.htmx.trigger(form.querySelector("[data-preview]"), "preview");
    }, 700);
  }

  // A preview judges the form anew and says itself what is missing: what an earlier press was refused for is over.
  function dropErrors() {
    const old = form.querySelectorAll("#errors, .err");
    for (const control of form.querySelectorAll("[aria-invalid]")) {
      const rest = (control.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && !id.endsWith("_err"));
      control.removeAttribute("aria-invalid");
      if (rest.length) control.setAttribute("aria-describedby", rest.join(" "));
      else control.removeAttribute("aria-describedby");
    }
    for (const each of old) each.remove();
  }

  forgetWhatIsDone();
  if (form) {
    const all = form.querySelector("[data-all]");
    if (all) {
      all.hidden = false;
      all.addEventListener("input", () => chooseAll(all.checked)); // before the form counts, which would undo the tick
    }
    restore();
    offerReasons();
    count();
    form.addEventListener("input", () => { keep(false); count(); previewSoon(); });
    form.addEventListener("change", () => { offerReasons(); keep(false); count(); previewSoon(); });
    form.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.value.startsWith("decide")) keep(true);
    });
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    const pair = document.getElementById("pair");
    if (event.detail.target && event.detail.target.id === "pair" && pair) mark(pair.dataset.item);
    if (event.detail.target && event.detail.target.id === "preview" && form) dropErrors();
  });

  // --- keys

  const keysOn = () => { try { return localStorage.getItem("desk-keys") !== "off"; } catch { return true; } };
  const switcher = document.querySelector("[data-keys]");
  function showSwitch() {
    const button = switcher.querySelector("button");
    switcher.hidden = false;
    button.textContent = keysOn() ? button.dataset.on : button.dataset.off;
  }
  if (switcher) {
    switcher.querySelector("button").addEventListener("click", () => {
      try { localStorage.setItem("desk-keys", keysOn() ? "off" : "on"); } catch { /* they stay on */ }
      showSwitch();
    });
    showSwitch();
  }

  function toggleCurrent() {
    const link = currentLink();
    const box = link && link.closest("[data-row]").querySelector("input[name=items]");
    if (box) box.click();
  }

  function press(name) {
    const button = document.querySelector(`[data-key="${name}"]`);
    if (button) button.click();
  }

  const KEYS = {
    n: () => press("n"),
    x: () => press("x"),
    j: () => move(1),
    k: () => move(-1),
    a: () => form && decideAs("accepted"),
    r: () => form && decideAs("rejected"),
    q: () => form && decideAs("ask"),
    " ": toggleCurrent,
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const pressed = event.key === " " && event.target.closest("button, summary, input");
    if (field || pressed || event.ctrlKey || event.metaKey || event.altKey || event.repeat && event.key !== "j" && event.key !== "k") return;
    if (!KEYS[event.key] || !keysOn() || !desk) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  const notice = document.getElementById("notice");
  if (notice) notice.focus();
})();
