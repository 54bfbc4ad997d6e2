"""A RunPod and a GitHub on loopback, with pods that are real containers with a real sshd."""
