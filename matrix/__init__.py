"""Tries a suite in many ways, beside plugins that people use: what leaks from test to test?"""
