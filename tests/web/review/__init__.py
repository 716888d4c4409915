"""Helpers of the browser test of joint reviews."""
