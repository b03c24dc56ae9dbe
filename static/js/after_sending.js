// Once a request was sent, Back shows an empty form and not what the person typed: somebody may look over a shoulder.
// Without script, or where the browser may keep nothing, the page still works; the receipt says to close it.
const SENT = "sent"

function tab() {
  try {
    return sessionStorage
  } catch {
    return { getItem: () => null, setItem: () => {} }
  }
}

if (document.querySelector(".reference")) {
  tab().setItem(SENT, "yes")
  // The address of the receipt opens it once more: the history keeps it without what opens it.
  history.replaceState(null, "", location.pathname)
}

// A form that was not sent itself keeps what was typed, whatever was sent before it in this tab.
addEventListener("submit", () => history.replaceState(SENT, ""))

addEventListener("pageshow", event => {
  const form = document.querySelector("form[method=post]")
  const cameBack = event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward"
  if (form && cameBack && history.state === SENT && tab().getItem(SENT)) {
    form.reset()
    location.replace(form.action)
  }
})
