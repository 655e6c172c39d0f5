"""Several action servers behind Rasa's one action endpoint.

Rasa's `EndpointConfig` knows one address. Where `url` in `endpoints.yml` has several, with spaces between them,
a conversation prefers one of them, and another takes over when that one is down, not ready, or silent.
Actions change nothing but what they answer, so asking twice does no harm.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Dict, Optional, Text

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.addresses import Addresses

logger = logging.getLogger(__name__)

PATH = "/webhook"
SHARE_SECONDS = 2.0
"""So long a server may take while there is another one to ask; the whole turn has six."""

_rasa_request = EndpointConfig.request


class _Servers:
    """The servers of one endpoint."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        self.each: Dict[Text, EndpointConfig] = {}
        for address in (endpoint.url or "").split():
            one = endpoint.copy()
            one.url = address.rstrip("/").removesuffix(PATH) + PATH
            self.each[one.url] = one
        self.addresses = Addresses(list(self.each))


async def request(
    self: EndpointConfig,
    method: Text = "post",
    subpath: Optional[Text] = None,
    content_type: Optional[Text] = "application/json",
    compress: bool = False,
    **kwargs: Any,
) -> Optional[Any]:
    """As Rasa's own, at the first of the endpoint's addresses that answers."""
    if not self.url or " " not in self.url:
        return await _rasa_request(self, method, subpath, content_type, compress, **kwargs)
    servers: Optional[_Servers] = getattr(self, "_servers", None)
    if servers is None:
        servers = self._servers = _Servers(self)
    call = kwargs.get("json")
    order = servers.addresses.order(str(call.get("sender_id")) if isinstance(call, dict) else "")
    for url in order[:-1]:
        asking = _rasa_request(servers.each[url], method, subpath, content_type, compress, **kwargs)
        try:
            answer = await asyncio.wait_for(asking, SHARE_SECONDS)
        except ClientResponseError as error:
            if error.status < 500:
                raise
            logger.warning("%s answers with %s; another is asked.", url, error.status)
            if error.status != 503:
                continue  # it failed with this call; it may do well with others
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            logger.warning("%s does not answer (%s); another is asked.", url, type(error).__name__)
        else:
            servers.addresses.answered(url)
            return answer
        servers.addresses.failed(url)
    last = order[-1]
    answer = await _rasa_request(servers.each[last], method, subpath, content_type, compress, **kwargs)
    servers.addresses.answered(last)
    return answer
