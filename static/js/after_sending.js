// Once a request was sent, Back shows an empty form and not what the person typed: somebody may look over a shoulder.
// Without script the page still works; the receipt says to close it.
const SENT = "sent"
const NAVIGATION = performance.getEntriesByType("navigation")[0]

if (document.querySelector(".reference")) {
  sessionStorage.setItem(SENT, "yes")
}

addEventListener("pageshow", event => {
  const form = document.querySelector("form[method=post]")
  const cameBack = event.persisted || NAVIGATION.type === "back_forward"
  if (form && cameBack && sessionStorage.getItem(SENT)) {
    form.reset()
    sessionStorage.removeItem(SENT)
    location.replace(form.action)
  }
})
