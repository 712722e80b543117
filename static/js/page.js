// Small comforts; every page works without them.
"use strict";
(function () {
  const root = document.documentElement;

  function chosen() {
    try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; }
  }

  function showTheme() {
    for (const group of document.querySelectorAll(".theme")) {
      group.hidden = false;
      for (const button of group.querySelectorAll("[data-theme-set]")) {
        button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen()));
      }
    }
  }

  function setTheme(value) {
    try { localStorage.setItem("theme", value); } catch { /* holds for this page only */ }
    if (value === "auto") delete root.dataset.theme;
    else root.dataset.theme = value;
    showTheme();
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (button) setTheme(button.dataset.themeSet);
    closeMenus(event.target.closest("details.menu"));
  });

  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // The summary of a form's errors takes focus, also after a swap.
  function focusErrors() {
    const summary = document.getElementById("errors");
    if (summary) summary.focus();
  }
  document.addEventListener("htmx:afterSettle", focusErrors);

  // A lost request keeps the input, says so and offers the same request again.
  function lost(event) {
    const source = event.detail.elt;
    const template = document.getElementById("lost-request");
    if (!template || document.querySelector(".note[data-lost]")) return;
    const saved = document.querySelector("#saved .badge");
    if (saved) saved.remove();
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.querySelector("button").addEventListener("click", () => {
      notice.remove();
      const trigger = (source.getAttribute("hx-trigger") || "").split(/[\s,]/)[0];
      if (window.htmx) window.htmx.trigger(source, trigger || (source.tagName === "FORM" ? "submit" : "click"));
    });
    document.getElementById("main").prepend(notice);
  }
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) lost(event);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.querySelector(".note[data-lost]")?.remove();
  });

  // The browser knows its zone; without this a new account begins in UTC.
  for (const input of document.querySelectorAll("input[data-zone]")) {
    input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }

  // What was begun in forms belongs to one reader: signing out forgets it, and so does the first page of somebody else.
  const reader = document.querySelector("meta[name=reader]")?.content || "";

  function forgetWords(stays) {
    try {
      for (const [box, kind] of [[localStorage, "kept:"], [sessionStorage, "desk:"]]) {
        const begun = Object.keys(box).filter((name) => name.startsWith(kind));
        for (const name of begun) if (!stays || !name.startsWith(`${kind}${stays}:`)) box.removeItem(name);
      }
    } catch { /* nothing was kept */ }
  }
  if (reader) forgetWords(reader);
  document.addEventListener("submit", (event) => {
    if ((event.target.getAttribute("action") || "").endsWith("/logout/")) forgetWords("");
  });

  // Words of a draft stay in this browser until the desk has them: a lost connection or a closed tab loses nothing.
  // Where the draft has changed elsewhere since they were typed, they are offered and not put in.
  const nameOf = (area) => `kept:${reader}:${location.pathname}:${area.name}`;
  const versionOf = (area) => area.form?.elements.version?.value || "";

  function write(area) {
    const words = { at: Date.now() / 1000, text: area.value, version: versionOf(area) };
    localStorage.setItem(nameOf(area), JSON.stringify(words));
  }

  function putBack(area, text) {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function offer(area, text) {
    const notice = document.getElementById("kept-words").content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-words]").textContent = text;
    notice.querySelector("[data-put]").addEventListener("click", () => { notice.remove(); putBack(area, text); });
    notice.querySelector("[data-drop]").addEventListener("click", () => {
      notice.remove();
      localStorage.removeItem(nameOf(area));
    });
    area.before(notice);
  }

  function keep(area) {
    const since = Number(area.dataset.keep);
    try {
      const kept = JSON.parse(localStorage.getItem(nameOf(area)) || "null");
      if (kept && kept.at > since && kept.text !== area.value) {
        if ((kept.version || versionOf(area)) === versionOf(area)) putBack(area, kept.text);
        else offer(area, kept.text);
      } else if (kept) {
        localStorage.removeItem(nameOf(area));
      }
      area.addEventListener("input", () => write(area));
    } catch { /* a browser that keeps nothing works as before */ }
  }

  // A form that was opened before somebody signed in again elsewhere is refused: the page and its words stay.
  // On window, before anything else looks at the answer.
  window.addEventListener("htmx:beforeOnLoad", (event) => {
    const { status, responseText } = event.detail.xhr;
    const template = document.getElementById("signed-in-again");
    if (status !== 403 || !template || !responseText.includes("data-stale-form")) return;
    event.stopPropagation();
    for (const area of document.querySelectorAll("textarea[data-keep]")) {
      try { write(area); } catch { /* nothing is kept */ }
    }
    if (document.querySelector(".note[data-stale-form]")) return;
    document.querySelector("#saved .badge")?.remove();
    document.getElementById("main").prepend(template.content.firstElementChild.cloneNode(true));
  }, true);

  // Going on waits for a save that is on its way, which would else be a change by somebody else.
  let saving = 0;
  let going = null;
  const saves = (event) => Boolean(document.getElementById("draft-version")) && event.detail.requestConfig?.verb === "post";
  document.addEventListener("htmx:beforeSend", (event) => { if (saves(event)) saving += 1; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (saves(event)) saving = Math.max(0, saving - 1);
    if (!saving && going) {
      const { form, button } = going;
      going = null;
      form.requestSubmit(button);
    }
  });
  document.addEventListener("submit", (event) => {
    if (!saving || !event.target.elements.version) return;
    event.preventDefault();
    going = { form: event.target, button: event.submitter };
  });
  // After htmx has looked at the page, so that what is put back is saved at once.
  window.addEventListener("load", () => document.querySelectorAll("textarea[data-keep]").forEach(keep));

  // A passkey that was cancelled or is not there: say it on the page, not only on the console.
  document.addEventListener("allauth.error", (event) => {
    const template = document.getElementById("passkey-lost");
    if (!template) return;
    event.preventDefault();
    if (!document.querySelector("[data-passkey-lost]")) {
      const notice = template.content.firstElementChild.cloneNode(true);
      notice.dataset.passkeyLost = "";
      document.querySelector("main h1").closest(".card, main").prepend(notice);
    }
  });

  showTheme();
  focusErrors();
})();
