// A page that answers a press takes the place in the history of a page to look at: Back then shows how things are now,
// and not the browser's question whether to send the form once more.
history.replaceState(history.state, "", document.querySelector("meta[name=back]")?.content)
