// Small improvements. Every page works without this file.
"use strict";

(() => {
  const csrf = document.querySelector('meta[name="csrf-token"]')?.content;

  document.addEventListener("htmx:configRequest", (event) => {
    if (csrf) event.detail.headers["X-CSRFToken"] = csrf;
  });

  // A second press of the same button is not a second wish.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button:not([type=button])")) button.classList.add("is-busy");
  });

  // The back button brings a page back as it was left: with its buttons asleep.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
    }
  });

  const count = (area) => {
    const line = document.querySelector(`[data-counter-for="${area.id}"]`);
    if (!line) return;
    const left = Number(area.dataset.most) - [...area.value].length;
    line.textContent = left >= 0 ? line.dataset.words.replace("{left}", left) : line.dataset.over.replace("{over}", -left);
    line.classList.toggle("is-over", left < 0);
  };

  const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

  const showFiles = (zone) => {
    const list = zone.querySelector("[data-drop-list]");
    const input = zone.querySelector("input[type=file]");
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        const name = document.createElement("span");
        const weight = document.createElement("span");
        name.textContent = file.name;
        weight.textContent = size(file.size);
        item.append(name, weight);
        return item;
      }),
    );
  };

  const prepareDrop = (zone) => {
    const input = zone.querySelector("input[type=file]");
    zone.querySelector("[data-drop-words]").hidden = false;
    zone.classList.add("is-live");
    input.addEventListener("change", () => showFiles(zone));
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      showFiles(zone);
    });
  };

  const prepare = (root) => {
    for (const area of root.querySelectorAll("textarea[data-most]")) {
      area.addEventListener("input", () => count(area));
      count(area);
    }
    root.querySelectorAll("[data-drop]").forEach(prepareDrop);
  };

  const say = (words, tone = "talk") => {
    const toast = document.createElement("div");
    toast.className = `note-box tone-${tone}`;
    const line = document.createElement("p");
    line.textContent = words;
    toast.append(line);
    document.getElementById("toasts")?.append(toast);
  };

  // [data-copy] buttons put the text of another element on the clipboard.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
      say(button.dataset.copied || "✓", "good");
    }
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  const walk = (step) => {
    const cases = [...document.querySelectorAll("[data-walk] > *")];
    if (!cases.length) return;
    const here = cases.findIndex((one) => one.contains(document.activeElement));
    const next = cases[Math.min(Math.max(here + step, 0), cases.length - 1)];
    next.querySelector("a")?.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => document.getElementById("shortcuts")?.showModal?.(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  document.addEventListener("DOMContentLoaded", () => {
    if (!window.htmx) prepare(document);
    // What only works with this file is only offered with it.
    for (const one of document.querySelectorAll("[data-scripted]")) one.hidden = false;
    // Where the tabs are wider than the screen, the open one is brought into sight.
    for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
      tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
    }
    document.getElementById("error-summary")?.focus();
  });
})();
