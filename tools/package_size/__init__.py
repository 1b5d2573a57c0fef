"""Predicted sizes of packages beside what pip really installs."""
