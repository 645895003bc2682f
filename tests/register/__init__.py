"""Tests of the Register."""
