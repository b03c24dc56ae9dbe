// Buttons that only a script can work: copy the address, print. They stay hidden where they could do nothing.
const said = document.querySelector(".share__said")

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue
  button.hidden = false
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    said.textContent = "The link is copied."
  })
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false
  button.addEventListener("click", () => print())
}
