// Two minutes before somebody is signed out, a warning asks whether they are still there. When the time is up it hides
// the page; what was typed stays in it, and can be sent once the same person signed in again in another tab.
const box = document.querySelector("#session")
const MINUTE = 60
const NOT_REACHED = new Error("not reached")

if (box) {
  const locked = () => document.documentElement.classList.contains("is-signed-out")
  const warning = Number(box.dataset.warning)
  let endsAt = Date.now() + Number(box.dataset.seconds) * 1000
  let opened = null, isReloading = false, isTicking = false

  const say = words => {
    const part = box.querySelector(locked() ? ".session__ended" : ".session__warning")
    part.querySelector(".session__problem").textContent = words
  }
  const left = () => Math.max(0, Math.round((endsAt - Date.now()) / 1000))

  function inWords(seconds) {
    const [number, unit] = seconds > MINUTE ? [Math.ceil(seconds / MINUTE), "minute"] : [seconds, "second"]
    return `${number} ${unit}${number === 1 ? "" : "s"}`
  }

  async function ask(method) {
    const token = box.querySelector("[name=csrfmiddlewaretoken]").value
    const headers = method === "POST" ? { "X-CSRFToken": token } : {}
    const answer = await reach(box.dataset.url, { method, headers })
    if (answer === null) throw NOT_REACHED
    if (!answer.ok) throw new Error("no answer")
    return answer.json()
  }

  function show() {
    if (!box.open) {
      opened = document.activeElement
      box.showModal()
    }
    box.querySelector(".session__warning").hidden = locked()
    box.querySelector(".session__ended").hidden = !locked()
    box.setAttribute("aria-labelledby", locked() ? "session-ended" : "session-title")
    box.setAttribute("aria-describedby", locked() ? "session-ended-text" : "session-text")
  }

  function lock() {
    if (locked()) return
    document.documentElement.classList.add("is-signed-out")
    show()
    box.querySelector("a").focus()
  }

  function open() {
    document.documentElement.classList.remove("is-signed-out")
    if (box.open) box.close()
    opened?.focus?.()
    say("")
  }

  // Another tab may have gone on, or somebody else may have signed in there.
  function follow({ seconds, who, token }) {
    if (who !== null && String(who) !== box.dataset.who) {
      isReloading = true
      document.querySelector("#container").replaceChildren()
      return location.reload()
    }
    endsAt = Date.now() + seconds * 1000
    if (!seconds) return lock()
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token
    if (box.open && (seconds > warning || locked())) open()
  }

  // Null: the site was not reached.
  async function look(method = "GET") {
    say("")
    try {
      follow(await ask(method))
      return true
    } catch (problem) {
      say("The site did not answer. Look again in a moment.")
      return problem === NOT_REACHED ? null : false
    }
  }

  async function tick() {
    const seconds = left()
    if (locked()) return
    if (seconds === 0) {
      // First, for the site may not answer; if another tab went on, the answer opens it again.
      lock()
      look()
    } else if (seconds <= warning && !isTicking) {
      if (!box.open) {
        isTicking = true
        await look()
        isTicking = false
        if (left() <= warning && left() > 0) {
          show()
          box.querySelector(".session__stay").focus()
        }
      }
      const words = inWords(left())
      const shown = box.querySelector(".session__left")
      if (shown.textContent !== words) shown.textContent = words
    }
  }

  box.querySelector(".session__stay").addEventListener("click", () => look("POST"))
  box.querySelector(".session__again").addEventListener("click", async () => {
    if (await look() && locked()) say("You are not signed in yet.")
  })
  box.addEventListener("cancel", event => {
    event.preventDefault()
    if (!locked()) look("POST")
  })
  // Chromium lets a second Escape close a box that refused the first.
  box.addEventListener("keydown", event => { if (event.key === "Escape" && locked()) event.preventDefault() })
  box.addEventListener("close", () => { if (locked()) show() })
  // Before words are sent, the site is asked once whether this sign-in still counts: another tab may have ended it, or
  // begun a new one. If it ended, the form waits behind the overlay; if nobody answers, it stays and says so. A press
  // without words has nothing to lose.
  const note = document.querySelector(".not-reached")
  const holdsWords = form =>
    form.matches("[id$=_form]") || [...form.querySelectorAll("textarea")].some(field => field.value.trim())
  let isAsking = false, isAsked = false
  addEventListener("submit", async event => {
    if (isAsked || (left() && !holdsWords(event.target))) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (isAsking) return
    const { target: form, submitter } = event
    const button = buttonOf(form, submitter)
    isAsking = true
    note.hidden = true
    button.setAttribute("aria-busy", "true")
    const answered = await look()
    button.removeAttribute("aria-busy")
    isAsking = false
    if (isReloading) return
    if (left() === 0) return lock()
    if (answered === null) return sayNotReached(note, form, submitter)
    isAsked = true
    form.requestSubmit(submitter)
    isAsked = false
  }, true)
  addEventListener("focus", () => look())
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look() })
  addEventListener("pageshow", event => { if (event.persisted) look() })
  setInterval(tick, 1000)
}
