"use strict";
// Filters what bears data-test or data-operation; without it the page is whole. It makes nothing.
const form = document.getElementById("filter");
const said = form.querySelector("output");
const rows = document.querySelectorAll("#tests tbody tr");
const tests = [...document.querySelectorAll("[data-test]")].map((element) => ({
  element,
  name: element.querySelector(".test").textContent.toLowerCase(),
  uses: (element.querySelector(".uses")?.textContent ?? "").split(/[^a-z_]+/),
}));
const operations = document.querySelectorAll("[data-operation]");

function filter() {
  const words = form.elements.test.value.toLowerCase().split(/\s+/);
  const operation = form.elements.operation.value;
  for (const { element, name, uses } of tests) {
    element.hidden =
      !words.every((word) => name.includes(word)) || (operation !== "" && !uses.includes(operation));
  }
  for (const element of operations) {
    element.hidden = operation !== "" && element.dataset.operation !== operation;
  }
  const shown = [...rows].filter((row) => !row.hidden).length;
  said.value = `${shown} of ${rows.length} tests`;
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
filter(); // who comes back finds what was typed
