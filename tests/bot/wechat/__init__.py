"""Tests of the WeChat channel against a simulator of the platform."""
