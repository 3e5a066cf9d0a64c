"""The workbench: pages for policy staff, which work without scripts and ask nothing of any other host."""
