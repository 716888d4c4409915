// The plain pages: fill in a demonstration account by one click; lead the eye to what is wrong.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-login]");
  if (!button) return;
  const form = document.getElementById("signin");
  form.elements.login.value = button.dataset.login;
  form.elements.password.value = button.dataset.password;
  form.querySelector("button[type=submit]").focus();
});
document.querySelector(".problems")?.focus();
