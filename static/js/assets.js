// Conveniences of the asset register. Every form works without any of it.

// One tick for all requests of the page; it follows them when they are ticked one by one.
const all = document.querySelector("[data-tick-all]");
if (all) {
  const form = all.closest("form");
  const whole = all.querySelector("input");
  const ticks = [...form.querySelectorAll("input[name=loan]")];
  const follow = () => {
    const count = ticks.filter((tick) => tick.checked).length;
    whole.checked = count === ticks.length;
    whole.indeterminate = count > 0 && count < ticks.length;
  };
  form.addEventListener("change", (event) => {
    if (event.target === whole) ticks.forEach((tick) => { tick.checked = whole.checked; });
    follow();
  });
  window.addEventListener("pageshow", follow);
  all.hidden = false;
}

// Rows of a request are added and removed without a way to the portal and back.
const list = document.querySelector("[data-wish]");

// Names of the fields stay; their ids, and what points to them, follow the place of the row.
const renumber = () => {
  [...list.children].forEach((row, place) => {
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const name of ["id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(/_(\d+)(?=_|\s|$)/g, `_${place}`));
      }
    }
    const button = row.querySelector("button[name=remove]");
    if (button) button.value = place;
    for (const label of row.querySelectorAll("label > .visually-hidden")) label.textContent = ` ${place + 1}`;
  });
};

const blank = () => {
  const row = list.lastElementChild.cloneNode(true);
  row.classList.remove("wish__row--wrong");
  row.querySelectorAll(".invalid-feedback").forEach((message) => message.remove());
  row.querySelectorAll("input").forEach((input) => {
    input.value = input.name === "quantity" ? "1" : "";
    input.classList.remove("is-invalid");
    input.removeAttribute("aria-invalid");
    const found = (input.getAttribute("aria-describedby") || "").split(" ").filter((id) => id.endsWith("_found"));
    if (found.length) input.setAttribute("aria-describedby", found.join(" "));
    else input.removeAttribute("aria-describedby");
  });
  row.querySelector(".wish__found").replaceChildren();
  row.querySelector(".wish__remove").replaceChildren();
  return row;
};

if (list) {
  const form = list.closest("form");
  form.querySelector("[data-add]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const row = blank();
    list.append(row);
    renumber();
    row.querySelector("input").focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    if (list.children.length === 1) list.append(blank());
    row.remove();
    renumber();
    list.querySelector("input").focus();
  });
}
