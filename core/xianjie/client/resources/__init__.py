"""The resources of the service, one in each module. Written by `make client` from OpenAPI: do not edit."""
