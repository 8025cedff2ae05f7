class K(Module):
  __parameters__ = []
  __buffers__ = []

  def keep_gradient(self, x: Tensor) -> Tensor:
    torch.retain_grad(x)
    return x

  def passed_on(self, x: Tensor) -> Tensor:
    # no view to autograd, unlike view()
    return torch._unsafe_view(x, x.size())

  def changes(self, x: Tensor) -> Tensor:
    return torch.tensor(torch._version(x))
