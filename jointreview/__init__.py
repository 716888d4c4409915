"""Joint Review (联审联验): one window, one car, one form for construction projects."""

__version__ = "0.1.0"
