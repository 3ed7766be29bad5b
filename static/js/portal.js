// Conveniences only: every page works without them. Buttons stay hidden until their function is known to work.

const print = (button) => button.addEventListener("click", () => window.print());

const copy = (button) => {
  if (!navigator.clipboard) return false;
  const status = document.getElementById(button.getAttribute("aria-describedby"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      status.textContent = button.dataset.done;
    } catch {
      status.textContent = button.dataset.copy;
    }
  });
  return true;
};

// A form that says `data-guard` warns before typed words are lost.
const guard = (form) => {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed && form.isConnected) event.preventDefault(); });
};

const enhance = (root) => {
  for (const button of root.querySelectorAll("[data-print]")) { print(button); button.hidden = false; }
  for (const button of root.querySelectorAll("[data-copy]")) { if (copy(button)) button.hidden = false; }
  for (const form of root.querySelectorAll("form[data-guard]")) guard(form);
};

enhance(document);
// A page that shows new content in place of the old says so.
document.addEventListener("portal:shown", (event) => enhance(event.target));
