"""What a population's answers come to: counts gathered as the parts are answered, merged, and shown."""
