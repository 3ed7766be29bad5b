// A page that a browser kept whole in its memory is asked for anew on the way back: what was typed there is gone.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[method=post]")) form.remove();
  window.location.replace(window.location.pathname);
});
