(function () {
  "use strict";
  const form = document.getElementById("filter");
  if (!form) return;
  const field = document.getElementById("words");
  const shown = document.getElementById("shown");
  const findings = Array.from(document.querySelectorAll(".finding"));
  field.addEventListener("input", function () {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let number = 0;
    findings.forEach(function (one) {
      const text = one.textContent.toLowerCase();
      one.hidden = words.some((word) => !text.includes(word));
      number += one.hidden ? 0 : 1;
    });
    shown.textContent = words.length ? number + " / " + findings.length : "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
