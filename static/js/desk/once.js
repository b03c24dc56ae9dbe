// A second press on the way is no second press. Without this script the desk finds out by itself.
const buttons = () => document.querySelectorAll("#content form[method=post] button")

document.addEventListener("submit", event => {
  // Later, so that the button that was pressed is still sent.
  setTimeout(() => {
    if (event.defaultPrevented) return
    for (const button of buttons()) button.disabled = true
  })
})
addEventListener("pageshow", () => {
  for (const button of buttons()) button.disabled = false
})
