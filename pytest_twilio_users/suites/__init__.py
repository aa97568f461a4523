"""Tests that ship with the kit."""
