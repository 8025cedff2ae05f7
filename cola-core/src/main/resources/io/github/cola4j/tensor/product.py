class K(Module):
  __parameters__ = []
  __buffers__ = []

  def add(self, a: Tensor, b: Tensor, target: Tensor) -> Tensor:
    return torch.addmm_(target, a, b)
