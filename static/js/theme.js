// Runs before the first paint: takes the reader's choice of colours, shared with the admin pages (key "theme").
"use strict";
(function () {
  try {
    const choice = localStorage.getItem("theme");
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
  } catch { /* storage is off: the system decides */ }
})();
