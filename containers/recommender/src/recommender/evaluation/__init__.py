"""Offline evaluation on ratings that were held back."""
