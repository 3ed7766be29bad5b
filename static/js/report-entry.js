// Puts a suggested sentence at the beginning of a text. Only when asked to; nothing is saved by it.
for (const button of document.querySelectorAll("button[data-from][data-into]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.into);
    const sentence = document.getElementById(button.dataset.from).textContent.trim();
    if (!field.value.startsWith(sentence)) {
      field.value = field.value ? `${sentence}\n${field.value}` : sentence;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    field.focus();
  });
}
