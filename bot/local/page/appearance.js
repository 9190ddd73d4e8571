// Puts on the remembered appearance before anything is drawn; without one the page follows the system.
document.documentElement.dataset.appearance = localStorage.getItem("appearance") ?? "";
