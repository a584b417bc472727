"""Tests of this folder, and the factories others build on."""
