// What was sent or opened is not shown to whoever presses Back: somebody may look over a shoulder. Only the receipt comes
// back, for as long as its code may be seen. Without script the pages work too; they say to close them.
// page and isAway are those of leave.js, which every page has: who left sees nothing of this.
const SENT = "sent"
const code = document.querySelector(".code")
const isReceipt = document.querySelector(".receipt") !== null
const closedPage = document.querySelector("[data-closed]")?.dataset.closed

function tab() {
  try {
    return sessionStorage
  } catch {
    return { getItem: () => null, setItem: () => {} }
  }
}

function showInstead(address) {
  page.hidden = true
  location.replace(address)
}

// The history keeps addresses that open nothing. For as long as the code of a receipt may be seen, its place in the
// history knows what opens it again.
function forget() {
  history.replaceState(null, "", location.pathname)
}

function receiptAgain() {
  return location.pathname + (history.state?.until > Date.now() ? history.state.opens : "")
}

const opens = location.search
if (isReceipt || closedPage) {
  tab().setItem(SENT, "yes")
  forget()
} else if (history.state?.until > Date.now() && !isAway()) {
  showInstead(receiptAgain())
}

if (code) {
  const known = { opens, until: Date.now() + code.dataset.seconds * 1000 }
  const remember = () => history.replaceState(known, "")
  remember()
  addEventListener("hashchange", remember)
  // Looked at every second: a timer stands still while the computer sleeps.
  const clock = setInterval(() => {
    if (Date.now() < known.until) return
    clearInterval(clock)
    removeEventListener("hashchange", remember)
    forget()
    code.nextElementSibling.hidden = false
    code.remove()
  }, 1000)
}

// A form that was not sent itself keeps what was typed, whatever was sent before it in this tab.
addEventListener("submit", () => {
  if (!isReceipt && !closedPage) history.replaceState(SENT, "")
})

addEventListener("pageshow", event => {
  if (isAway()) return
  if (event.persisted && closedPage) return showInstead(closedPage)
  if (event.persisted && isReceipt) return showInstead(receiptAgain())
  const form = document.querySelector("form[method=post]")
  const cameBack = event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward"
  if (form && cameBack && history.state === SENT && tab().getItem(SENT)) {
    form.reset()
    showInstead(form.action)
  }
})
