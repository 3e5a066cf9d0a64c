"""The production system: durable-rules behind two pure functions, a chain of conditions and a chart."""
