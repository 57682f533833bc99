for (const code of document.querySelectorAll("pre code")) {
  code.innerHTML = code.innerHTML.replaceAll("http://localhost:20000", location.origin);
}
for (const button of document.querySelectorAll(".copy")) {
  button.addEventListener("click", async () => {
    const text = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http gives pages no clipboard: mark the text for the person to copy.
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      button.textContent = "Press Ctrl+C";
      return;
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
}
if (matchMedia("(max-width: 52rem)").matches) {
  document.querySelector("nav details")?.removeAttribute("open");
}
