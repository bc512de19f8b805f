"""Operations of the control plane, and the resources on disk."""
