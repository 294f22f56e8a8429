// Keeps what is being typed in forms marked data-keep, in this tab alone, until it is sent: a change of language or
// light, or a reload, does not cost a word. Every page works without this file.
"use strict";

(() => {
  const PREFIX = "typed.";
  const FORGETS = /\/(discard|put-away|sign-out)$/;
  const NEVER = new Set(["hidden", "password", "file", "submit", "button"]);

  const fieldsOf = (form) =>
    [...form.elements].filter((field) => field.name && !NEVER.has(field.type) && field.name !== "secret");

  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

  const typedIn = (form) =>
    fieldsOf(form)
      .filter((field) => !isTicked(field) || field.checked)
      .map((field) => [field.name, field.value]);

  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

  const keep = (form, isSent = false) => {
    sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify({ isSent, typed: typedIn(form) }));
  };

  const putBack = (field, values) => {
    if (isTicked(field)) {
      field.checked = values.includes(field.value);
      return;
    }
    const value = values.shift() ?? "";
    if (field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const restore = (form) => {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + form.dataset.keep) ?? "null");
    if (!kept) return;
    for (const field of fieldsOf(form)) {
      const values = kept.typed.filter(([name]) => name === field.name).map(([, value]) => value);
      putBack(field, values);
      const fold = field.closest("details");
      if (fold && values.some((value) => value)) fold.open = true;
    }
  };

  const begin = () => {
    const forms = [...document.querySelectorAll("form[data-keep]")];
    const here = new Set(forms.map((form) => PREFIX + form.dataset.keep));
    for (const key of keys()) {
      if (!here.has(key) && JSON.parse(sessionStorage.getItem(key)).isSent) sessionStorage.removeItem(key);
    }
    for (const form of forms) {
      // What came back with an error is filled in already.
      if (document.getElementById("error-summary")) keep(form);
      else restore(form);
      form.addEventListener("input", () => keep(form));
      form.addEventListener("change", () => keep(form));
      form.addEventListener("submit", () => keep(form, true));
    }
  };

  document.addEventListener("submit", (event) => {
    if (FORGETS.test(event.target.action)) keys().forEach((key) => sessionStorage.removeItem(key));
  });
  document.addEventListener("DOMContentLoaded", begin);
})();
