"""One number that grows."""

import reflex as rx


class Counter(rx.State):
    """A counter."""

    count: int = 0

    @rx.event
    def more(self):
        """One more."""
        self.count += 1


app = rx.App()
app.add_page(lambda: rx.el.button(Counter.count, on_click=Counter.more), route="/")
