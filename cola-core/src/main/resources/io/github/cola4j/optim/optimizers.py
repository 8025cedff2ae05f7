class K(Module):
  __parameters__ = []
  __buffers__ = []

  def adamw(self, gradient: Tensor, parameter: Tensor, mean: Tensor, square: Tensor, settings: Tensor) -> Tensor:
    # The order of operations is torch.optim.AdamW's, so that the rounding is, too.
    s: List[float] = settings.tolist()
    lr, beta1, beta2, eps, decay, step = s[0], s[1], s[2], s[3], s[4], s[5]
    torch.mul_(parameter, 1.0 - lr * decay)
    torch.lerp_(mean, gradient, 1.0 - beta1)
    torch.addcmul_(torch.mul_(square, beta2), gradient, gradient, value=1.0 - beta2)
    size = lr / (1.0 - beta1 ** step)
    root = (1.0 - beta2 ** step) ** 0.5
    denominator = torch.add_(torch.div_(torch.sqrt(square), root), eps)
    torch.addcdiv_(parameter, mean, denominator, value=-size)
    return gradient

  def sgd(self, gradient: Tensor, parameter: Tensor, buffer: Tensor, settings: Tensor) -> Tensor:
    # As torch.optim.SGD; first != 0: the buffer starts as the gradient itself
    s: List[float] = settings.tolist()
    lr, momentum, dampening, nesterov, decay, first = s[0], s[1], s[2], s[3], s[4], s[5]
    g = gradient
    if decay != 0.0:
      g = torch.add(g, parameter, alpha=decay)
    if momentum != 0.0:
      if first != 0.0:
        torch.copy_(buffer, g)
      else:
        torch.add_(torch.mul_(buffer, momentum), g, alpha=1.0 - dampening)
      if nesterov != 0.0:
        g = torch.add(g, buffer, alpha=momentum)
      else:
        g = buffer
    torch.add_(parameter, g, alpha=-lr)
    return gradient
