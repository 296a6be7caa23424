// A button beside a text copies it. Without scripts, or where a browser keeps its clipboard to itself, the text is there to select.
const said = document.getElementById("said");
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.firstChild.textContent = "Copied";
      if (said) said.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      if (said) said.textContent = "The browser does not let the page copy. The text is selected.";
    }
  });
}
