"""The development stack: the charm and the rock's plan on one machine, without Kubernetes."""
