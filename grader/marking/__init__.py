"""Answers against the truth: points, reasons, the wrong models behind them. Pure, but for the simulations it asks for."""
