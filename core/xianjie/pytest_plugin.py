"""The pytest plugin that collects `*.cases.yaml`: what a policy must answer, told in the office's own words."""
