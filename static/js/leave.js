// "Leave this site": one press, or Shift three times, hides the page, empties every form, puts a neutral site in this
// page's place in the history, and shows nothing to whoever presses Back. Without this script the link still leads there.
const AWAY = "away"
const PRESSES = 3
const WITHIN_MS = 5000
const page = document.documentElement
const exit = document.querySelector(".crisis__exit")
let presses = []

function emptyForms() {
  for (const form of document.forms) {
    for (const field of form.elements) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = false
      else if (field.tagName !== "BUTTON") field.value = ""
    }
  }
}

// Where the browser keeps nothing for us, asking fails; the page has to be shown all the same.
function isAway() {
  try { return sessionStorage.getItem(AWAY) } catch { return null }
}

function leave() {
  page.hidden = true
  document.title = "Loading"
  emptyForms()
  location.replace(exit.href)
  sessionStorage.setItem(AWAY, "yes")
}

if (exit) {
  exit.addEventListener("click", event => {
    event.preventDefault()
    leave()
  })
  addEventListener("keydown", event => {
    if (event.repeat) return
    presses = event.key === "Shift" ? presses.filter(time => event.timeStamp - time < WITHIN_MS) : []
    if (event.key === "Shift") presses.push(event.timeStamp)
    if (presses.length === PRESSES) leave()
  })
  // A page that the browser keeps in memory is hidden before it is kept, so that Back cannot flash it.
  addEventListener("pagehide", () => { page.hidden = true })
  addEventListener("pageshow", event => {
    const cameBack = event.persisted || performance.getEntriesByType("navigation")[0].type === "back_forward"
    if (cameBack && isAway()) return leave()
    page.hidden = false
    if (isAway()) sessionStorage.removeItem(AWAY)
  })
}
