"""A RunPod and a GitHub on loopback, with pods that are containers."""
